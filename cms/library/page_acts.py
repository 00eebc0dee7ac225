"""What staff change on pages in the admin, written into the audit log; drafts that only grow leave nothing."""

from django.apps import apps

from cms.accounts.admin_acts import Picture, Watch
from cms.library.models import ContentPage

ACTS = ("library.add_page", "library.change_page", "library.delete_page")


def picture_of_page(page: ContentPage) -> Picture:
    """Return what of a page stands in the log: what visitors would notice, never the text."""
    below_which = page.visible_organisation
    return {
        "title": page.title,
        "slug": page.slug,
        "live": page.live,
        "visibility": page.visibility,
        "visible_organisation": str(below_which) if below_which else "",
        "visible_role": page.visible_role,
        "organisation": str(page.organisation) if page.organisation_id else "",
    }


def watch_pages() -> None:
    """Keep every kind of editorial page under watch, those of the rooms above too."""
    for model in apps.get_models():
        if issubclass(model, ContentPage) and model is not ContentPage:
            Watch(model, *ACTS, picture=picture_of_page).begin()
