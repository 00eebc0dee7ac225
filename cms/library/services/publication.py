"""What happens when a version of a page is shown, and when a page is no longer shown.

Wagtail publishes and unpublishes; its signals lead here, inside the same transaction.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cms.assets.models import SiteDocument, SiteImage
from cms.assets.queries import is_attachment
from cms.core.clock import now, today
from cms.core.errors import DomainError
from cms.core.events import publish
from cms.library.events import PageHidden, PagePublished
from cms.library.models import AnnouncementPage, ContentPage, ContentVersion
from cms.library.queries import files_of, is_shown_or_in_review, standing_pages, turning_announcements
from cms.library.services.links import note_links
from cms.library.services.noting import note_change
from cms.library.services.texts import ask_for_text
from cms.taxonomy.enums import Visibility
from cms.taxonomy.services import follow
from search.outbox import record_changes

REVIEW_AFTER = timedelta(days=365)
# So long no worker may have run before the days of announcements are missed.
TURNS = timedelta(days=31)
Asset = SiteDocument | SiteImage
# The list of a page in which each kind of file stands that it handed its visibility to.
SHOWN: dict[type[Asset], str] = {SiteDocument: "shown_documents", SiteImage: "shown_images"}


@transaction.atomic
def show_page(page: ContentPage) -> None:
    """Hand the page's visibility to its files and pictures, number the version and tell search.

    Raises PermissionDenied when the page was taken down: somebody must allow it again first.
    """
    row = ContentPage.objects.select_related("visible_organisation").get(pk=page.pk).specific
    if row.taken_down_at is not None:
        raise PermissionDenied
    if not row.live:
        return
    documents, images = files_of(row)
    hand_over(row, "shown_documents", documents)
    hand_over(row, "shown_images", images)
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    ContentVersion.objects.create(page_id=row.pk, number=last + 1, at=now(), note=row.change_note)
    ContentPage.objects.filter(pk=row.pk).update(
        unpublished_reason="",
        review_by=row.review_by if row.review_by and row.review_by > today() else today() + REVIEW_AFTER,
    )
    note_links(row)
    for document in documents:
        ask_for_text(document)
    note_change(row)
    publish(PagePublished(row.pk))


@transaction.atomic
def hide_page(page: ContentPage) -> None:
    """Hide all that the page showed, except what another shown page uses too."""
    row = ContentPage.objects.get(pk=page.pk).specific
    for name in SHOWN.values():
        hand_over(row, name, ())
    note_change(row)
    publish(PageHidden(row.pk))


def hand_over(page: ContentPage, name: str, used: Iterable[Asset]) -> None:
    """Let each file be seen by whom the pages that show it are for; what an editor opened by hand is left alone.

    `name` is the page's list of what it handed its visibility to.
    """
    shown = getattr(page, name)
    until_now = set(shown.all())
    handed = {asset for asset in used if asset in until_now or is_ours(asset, name)}
    shown.set(handed)
    for asset in until_now | handed:
        follow(asset, standing_pages().filter(**{name: asset}))


def is_ours(asset: Asset, name: str) -> bool:
    """Return whether nobody decided about the file's visibility but the pages that show it.

    What was brought for a lesson is seen with the lesson, also where an editor names it on a page.
    """
    if isinstance(asset, SiteDocument) and is_attachment(asset):
        return False
    return asset.visibility == Visibility.PRIVATE or ContentPage.objects.filter(**{name: asset}).exists()


@transaction.atomic
def announce_days() -> int:
    """Open the files of announcements that begin, hide those of what has ended, and tell search; return how many turned.

    Safe to repeat; it looks back over TURNS, in which no worker may have run.
    """
    turning = list(turning_announcements(TURNS).values_list("pk", flat=True))
    for model, name in SHOWN.items():
        shown = getattr(ContentPage, name).through.objects.filter(contentpage__in=turning)
        for asset in model._default_manager.filter(pk__in=shown.values(model._meta.model_name)).order_by("pk"):
            follow(asset, standing_pages().filter(**{name: asset}))
    record_changes(AnnouncementPage.search_kind, turning)
    return len(turning)


def refuse_replacement(document_id: int) -> None:
    """Raise DomainError (`approved`) when a page that is shown or in review uses the document.

    Readers and reviewers saw the file as it is; another one would never have been looked at.
    """
    if is_shown_or_in_review(document_id):
        raise DomainError(
            _("A page that is published uses this file. Please add the new one as a document of its own."),
            code="approved",
        )
