"""Reads: what of the pages whom is shown, and what editors look after."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page, ReferenceIndex

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.core.clock import today
from cms.library.models import AnnouncementPage, ContentPage, SectionPage
from cms.organisations.queries import below
from cms.taxonomy.queries import visible_q


def visible_pages(user: User | AnonymousUser) -> QuerySet[ContentPage]:
    """Return the published pages of every kind that the person may see; announcements only in their days."""
    shown: QuerySet[ContentPage] = ContentPage.objects.published().filter(visible_q(user))
    return shown.exclude(pk__in=AnnouncementPage.objects.exclude(in_its_days(today())).order_by().values("pk"))


def in_its_days(day: date) -> Q:
    """Return the filter of announcements that stand on the day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def visible_below(section: Page, user: User | AnonymousUser) -> QuerySet[ContentPage]:
    """Return the visible pages of a branch of the tree, the newest first."""
    rows: QuerySet[ContentPage] = visible_pages(user).filter(path__startswith=section.path)
    return rows.order_by("-first_published_at", "-pk")


def kept_below(paths: Iterable[str]) -> QuerySet[ContentPage]:
    """Return the pages that organisations at or below the paths keep."""
    pages: QuerySet[ContentPage] = ContentPage.objects.filter(below(paths, "organisation__"))
    return pages


def section_named(slug: str) -> SectionPage | None:
    """Return the branch of the tree with this slug."""
    found: SectionPage | None = SectionPage.objects.filter(slug=slug).order_by("depth", "pk").first()
    return found


def path_of_keeper(page: Page) -> str | None:
    """Return the tree path of the organisation that keeps the page as the database says, or None for other pages.

    A revision in hand may name another one already.
    """
    kept: str | None = ContentPage.objects.filter(pk=page.pk).values_list("organisation__path", flat=True).first()
    return kept


def due_for_review(day: date) -> QuerySet[ContentPage]:
    """Return the shown pages whose day to be looked at again lies at or before the day, the oldest first."""
    due: QuerySet[ContentPage] = ContentPage.objects.published().filter(review_by__lte=day).order_by("review_by", "pk")
    return due


def unowned() -> QuerySet[ContentPage]:
    """Return the shown pages about which nobody can be asked."""
    pages: QuerySet[ContentPage] = ContentPage.objects.published().filter(
        Q(responsible__isnull=True) | Q(responsible__is_active=False)
    )
    return pages.order_by("title", "pk")


def files_of(page: ContentPage) -> tuple[QuerySet[SiteDocument], QuerySet[SiteImage]]:
    """Return the documents and pictures that the page uses anywhere: in a field, its text, or one of its parts."""
    found: dict[int, set[str]] = defaultdict(set)
    for kind, pk, *_where in ReferenceIndex._extract_references_from_object(page):  # noqa: SLF001  # it has no public name
        found[kind].add(pk)
    keys = [found[ContentType.objects.get_for_model(model).pk] for model in (SiteDocument, SiteImage)]
    return SiteDocument.objects.filter(pk__in=keys[0]), SiteImage.objects.filter(pk__in=keys[1])
