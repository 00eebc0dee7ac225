"""Reads: what of the pages whom is shown, and what editors look after."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.core.clock import today
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_cards, visible_lessons
from cms.library.enums import LinkState
from cms.library.models import (
    AnnouncementPage,
    ContentPage,
    DocumentText,
    PageLink,
    ReadingListEntry,
    ReadingListPage,
    ReadingMark,
    ResourcePage,
    SectionPage,
    VenueLink,
)
from cms.organisations.enums import Role
from cms.organisations.queries import below, standing_of
from cms.review.models import ReviewTaskState
from cms.taxonomy.queries import is_seen_with, visible_q

# What lists of pages are annotated with: the tree path of the organisation that keeps each.
KEEPER_PATH = "keeper_path"
# How what a page uses on this site stands among its links: a document, another page.
DOCUMENT, PAGE = "document:", "page:"
LIVE = Q(live=True, taken_down_at__isnull=True)


def visible_pages(user: User | AnonymousUser) -> QuerySet[ContentPage]:
    """Return the published pages of every kind that the person may see; announcements only in their days."""
    return standing_pages().filter(visible_q(user))


def standing_pages() -> QuerySet[ContentPage]:
    """Return the pages that are shown to somebody today: of announcements those in their days."""
    over_or_to_come = AnnouncementPage.objects.exclude(in_its_days(today())).order_by().values("pk")
    shown: QuerySet[ContentPage] = ContentPage.objects.published().exclude(pk__in=over_or_to_come)
    return shown


def in_its_days(day: date) -> Q:
    """Return the filter of announcements that stand on the day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def visible_resources(user: User | AnonymousUser) -> QuerySet[ResourcePage]:
    """Return the published resources that the person may see."""
    rows: QuerySet[ResourcePage] = ResourcePage.objects.filter(LIVE, visible_q(user))
    return rows


def browse(
    user: User | AnonymousUser, *, kind: str = "", topic: str = "", audience: str = "", place: str = ""
) -> QuerySet[ResourcePage]:
    """Return visible resources for cards, the newest first, narrowed by what was chosen."""
    rows = visible_resources(user)
    if kind:
        rows = rows.filter(kind=kind)
    if topic:
        rows = rows.filter(topics__slug=topic)
    if audience:
        rows = rows.filter(audiences__slug=audience)
    if place:
        rows = rows.filter(place=place)
    return rows.select_related("organisation", "file").order_by("-first_published_at", "-pk")


def places_of(user: User | AnonymousUser) -> list[str]:
    """Return the places that visible resources are about, the most frequent first, at most twelve."""
    rows = visible_resources(user).exclude(place="").order_by().values("place").annotate(number=Count("pk"))
    return [row["place"] for row in rows.order_by("-number", "place")[:12]]


def visible_lists(user: User | AnonymousUser) -> QuerySet[ReadingListPage]:
    """Return the published reading lists that the person may see, the newest first.

    `length` is how many of its pages the person may see.
    """
    rows: QuerySet[ReadingListPage] = ReadingListPage.objects.filter(LIVE, visible_q(user))
    length = Count("entries", filter=shown_targets("entries__") & visible_q(user, "entries__target__"))
    return rows.select_related("organisation").annotate(length=length).order_by("-first_published_at", "-pk")


def new_pages_for(user: User | AnonymousUser, audiences: Collection[str], most: int) -> list[ContentPage]:
    """Return visible resources and reading lists for one of the audiences (slugs), the newest first, each once."""
    meant = ContentPage.audiences.through.objects.filter(audience__slug__in=audiences).values("contentpage")
    found: list[ContentPage] = [*browse(user).filter(pk__in=meant)[:most]]
    found += visible_lists(user).filter(pk__in=meant)[:most]
    return sorted(found, key=lambda page: (page.first_published_at, page.pk), reverse=True)[:most]


def shown_targets(prefix: str = "") -> Q:
    """Return the filter of entries of reading lists whose page is shown to somebody; `prefix` reaches the entries."""
    return Q(**{f"{prefix}target__live": True, f"{prefix}target__taken_down_at__isnull": True})


def lists_naming(page: ContentPage) -> QuerySet[ReadingListPage]:
    """Return the shown reading lists in which the page stands."""
    rows: QuerySet[ReadingListPage] = ReadingListPage.objects.filter(LIVE, entries__target=page.pk)
    return rows.distinct()


def entries_for(
    reading_list: ReadingListPage, user: User | AnonymousUser
) -> list[tuple[ReadingListEntry, ResourcePage]]:
    """Return the entries of the list whose pages the person may see, in order."""
    entries = list(reading_list.entries.all())
    seen = visible_resources(user).select_related("organisation", "file").in_bulk([row.target_id for row in entries])
    return [(row, seen[row.target_id]) for row in entries if row.target_id in seen]


def marked_by(user: User | AnonymousUser, keys: Iterable[int]) -> set[int]:
    """Return which of the pages the person marked as read."""
    if not user.is_authenticated:
        return set()
    return set(ReadingMark.objects.filter(user=user, target__in=keys).values_list("target_id", flat=True))


def marks_of(user: User) -> QuerySet[ReadingMark]:
    """Return what the person marked as read, oldest first."""
    return ReadingMark.objects.filter(user=user).select_related("target").order_by("at", "pk")


def lists_with(page: ResourcePage, user: User | AnonymousUser) -> QuerySet[ReadingListPage]:
    """Return the visible reading lists in which the page stands."""
    return visible_lists(user).filter(pk__in=ReadingListEntry.objects.filter(target=page).values("page"))


def related_lessons(page: ResourcePage, user: User | AnonymousUser) -> QuerySet[MicroLesson]:
    """Return the related lessons that the person may see now; one that is no longer shown is left out."""
    keys = [row.lesson_id for row in page.related_lessons.all()]
    return for_cards(visible_lessons(user).filter(pk__in=keys))


def current_announcements(user: User | AnonymousUser) -> QuerySet[AnnouncementPage]:
    """Return the announcements that stand today for the person, the latest first."""
    rows: QuerySet[AnnouncementPage] = AnnouncementPage.objects.filter(LIVE, in_its_days(today()), visible_q(user))
    return rows.select_related("organisation").order_by("-starts_on", "-pk")


def turning_announcements(days: timedelta) -> QuerySet[AnnouncementPage]:
    """Return the shown announcements that began or ended within so many days until today."""
    lately = (today() - days, today())
    turning = Q(starts_on__range=lately) | Q(ends_on__range=lately)
    rows: QuerySet[AnnouncementPage] = AnnouncementPage.objects.filter(LIVE, turning).order_by("pk")
    return rows


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

    A revision in hand may name another one already. A row that was read with the annotation KEEPER_PATH is not asked again.
    """
    if KEEPER_PATH in page.__dict__:
        told: str | None = page.__dict__[KEEPER_PATH]
        return told
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


def references_of(page: ContentPage, model: type[Any]) -> set[int]:
    """Return the keys of rows of a model that the page uses anywhere: in a field, its text, or one of its parts."""
    kind = ContentType.objects.get_for_model(model).pk
    found = ReferenceIndex._extract_references_from_object(page)  # noqa: SLF001  # it has no public name
    return {int(pk) for to_kind, pk, *_where in found if to_kind == kind and str(pk).isdecimal()}


def files_of(page: ContentPage) -> tuple[QuerySet[SiteDocument], QuerySet[SiteImage]]:
    """Return the documents and pictures that the page uses anywhere."""
    keys = [references_of(page, model) for model in (SiteDocument, SiteImage)]
    return SiteDocument.objects.filter(pk__in=keys[0]), SiteImage.objects.filter(pk__in=keys[1])


def is_shown_or_in_review(document_id: int) -> bool:
    """Return whether a page that is shown, or one that is being reviewed, uses the document."""
    if pages_with_document(document_id).exists():
        return True
    page_type = ContentType.objects.get_for_model(Page)
    looks = ReviewTaskState.objects.filter(
        workflow_state__base_content_type=page_type, status=ReviewTaskState.STATUS_IN_PROGRESS
    ).select_related("revision")
    handed_in = (look.revision.as_object() for look in looks)
    return any(document_id in references_of(page, SiteDocument) for page in handed_in if isinstance(page, ContentPage))


def texts_of_files(page: ContentPage) -> list[str]:
    """Return what stands in the documents on the shown page, as far as it was read and all who find the page see it."""
    keys = [int(url.removeprefix(DOCUMENT)) for url in urls_of(page, DOCUMENT)]
    seen = [row.pk for row in SiteDocument.objects.filter(pk__in=keys) if is_seen_with(row, page)]
    texts = DocumentText.objects.filter(document__in=seen).order_by("document")
    return list(texts.values_list("text", flat=True))


def urls_of(page: ContentPage, begin: str) -> QuerySet[PageLink, str]:
    """Return what of the page's links begins like this."""
    return PageLink.objects.filter(page=page.pk, url__startswith=begin).values_list("url", flat=True)


def pages_with_document(document_id: int) -> QuerySet[ContentPage]:
    """Return the shown pages on which the document is."""
    links = PageLink.objects.filter(url=f"{DOCUMENT}{document_id}").order_by().values("page")
    pages: QuerySet[ContentPage] = ContentPage.objects.published().filter(pk__in=links)
    return pages


def cared_for_by(user: Any) -> QuerySet[ContentPage]:
    """Return the pages that the person works on as an editor; a superuser works on all."""
    if user.is_superuser:
        return ContentPage.objects.all()
    return kept_below(standing_of(user).paths_of(Role.EDITOR, Role.REVIEWER))


def with_broken_links() -> QuerySet[ContentPage]:
    """Return the shown pages with an address that leads nowhere, or with a page that is no longer shown."""
    outside = PageLink.objects.filter(state=LinkState.BROKEN).order_by().values("page")
    inside = hidden_links().order_by().values("page")
    shown: QuerySet[ContentPage] = ContentPage.objects.published()
    return shown.filter(Q(pk__in=outside) | Q(pk__in=inside)).order_by("title", "pk")


def broken_venue_links() -> QuerySet[VenueLink]:
    """Return the views all around of places that lead nowhere, by the place's name."""
    broken = VenueLink.objects.filter(state=LinkState.BROKEN, venue__live=True)
    return broken.select_related("venue__organisation").order_by("venue__name", "pk")


def hidden_links() -> QuerySet[PageLink]:
    """Return the links between pages whose target is gone or not shown."""
    rows: QuerySet[PageLink] = PageLink.objects.filter(url__startswith=PAGE)
    return rows.filter(Q(target__isnull=True) | Q(target__live=False))


def faults_of(keys: Iterable[int], user: Any) -> dict[int, list[str]]:
    """Return what is wrong with the links of each page: addresses that lead nowhere, pages that are not shown.

    A page that is not shown is named to those who work on it; to others it is a page that is not shown.
    """
    keys = list(keys)
    faults: dict[int, list[str]] = defaultdict(list)
    broken = PageLink.objects.filter(state=LinkState.BROKEN, page__in=keys).order_by("pk")
    for page, url in broken.values_list("page_id", "url"):
        faults[page].append(url)
    hidden = list(hidden_links().filter(page__in=keys).order_by("pk").values_list("page_id", "target_id"))
    known = cared_for_by(user).filter(pk__in={target for _from, target in hidden if target is not None})
    titles = dict(known.values_list("pk", "title"))
    for page, target in hidden:
        faults[page].append(titles.get(target) or _("a page that is not shown"))
    return faults
