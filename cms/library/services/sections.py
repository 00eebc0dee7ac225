"""The branches of the page tree, and who works below them."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import GroupPagePermission, Locale, Page, Site

from cms.lessons.services.groups import GROUPS, find
from cms.library.enums import SECTION_INTROS, SECTION_TITLES, Section
from cms.library.models import SectionPage
from cms.library.queries import section_named
from cms.organisations.enums import Role
from cms.review.services import ensure_page_workflow

GIVEN: dict[str, tuple[str, ...]] = {
    Role.EDITOR: ("add_page", "change_page", "lock_page", "unlock_page"),
    Role.REVIEWER: ("change_page", "lock_page", "unlock_page"),
}


@transaction.atomic
def ensure_sections() -> dict[str, SectionPage]:
    """Make the branches of the tree, their workflow and the editors' permissions below them; safe to repeat."""
    create_permissions(apps.get_app_config("wagtailcore"), verbosity=0)
    root = ensure_root()
    sections = {}
    for section in Section:
        sections[str(section)] = section_named(section) or root.add_child(
            instance=SectionPage(title=SECTION_TITLES[section], slug=section.value, intro=SECTION_INTROS[section])
        )
    for page in sections.values():
        ensure_page_workflow(page.page_ptr)
    for role, names in GIVEN.items():
        group, _made = Group.objects.get_or_create(name=GROUPS[role])
        for page in sections.values():
            for name in names:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=page.page_ptr, permission=find("wagtailcore", name)
                )
    return sections


def ensure_root() -> Page:
    """Return the page at which the site begins, made again where a flush took it away."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is not None:
        return site.root_page
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    top = Page.get_first_root_node() or Page.add_root(instance=Page(title="网站", slug="root"))
    home = top.get_children().first() or top.add_child(instance=Page(title="网站栏目", slug="articles", live=False))
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="微课")
    return home
