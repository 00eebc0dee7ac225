"""Reads of playlists and of the topics that members ask for."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, QuerySet

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.courses.enums import WishStatus
from cms.courses.models import Playlist, PlaylistEntry, TopicWish
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_cards, visible_lessons
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.models import Organisation
from cms.organisations.queries import ancestor_paths, below, home_organisation, organisations_below, standing_of


@dataclass(frozen=True)
class PlaylistLine:
    """One place of a playlist as a person sees it: `lesson` is None when it is not shown to the person any more."""

    entry: PlaylistEntry
    lesson: MicroLesson | None


def managed_organisations(user: User) -> QuerySet[Organisation]:
    """Return the organisations for which the person keeps playlists, in the order of the tree."""
    return organisations_below(standing_of(user).paths_of(*MANAGING_ROLES))


def usual_organisation(user: User) -> Organisation | None:
    """Return the organisation a new list is for unless another is chosen: the own, else the first in reach."""
    home, managed = home_organisation(user), managed_organisations(user)
    if home is not None and managed.filter(pk=home.pk).exists():
        return home
    return managed.first()


def managed_playlists(user: User) -> QuerySet[Playlist]:
    """Return playlists that the person keeps, the latest first, with the number of lessons as `size`."""
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    return with_size(Playlist.objects.filter(below(paths, "organisation__")))


def playlists_for(user: User | AnonymousUser) -> QuerySet[Playlist]:
    """Return playlists of the person's organisation and those above it, the latest first, with `size`."""
    above = sorted({path for own in standing_of(user).organisation_paths for path in ancestor_paths(own)})
    return with_size(Playlist.objects.filter(organisation__path__in=above))


def with_size(playlists: QuerySet[Playlist]) -> QuerySet[Playlist]:
    """Add what rows show: the organisation, and the number of lessons as `size`."""
    return playlists.select_related("organisation").annotate(size=Count("entries")).order_by("-created_at", "-pk")


def lines_of(playlist: Playlist, user: User) -> list[PlaylistLine]:
    """Return the places in order with the lessons that the person may see (two queries)."""
    entries = list(playlist.entries.all())
    shown = for_cards(visible_lessons(user)).filter(pk__in=[entry.lesson_id for entry in entries])
    lessons = {lesson.pk: lesson for lesson in shown}
    return [PlaylistLine(entry, lessons.get(entry.lesson_id)) for entry in entries]


def lessons_to_add(user: User, playlist: Playlist, words: str) -> QuerySet[MicroLesson]:
    """Return lessons that are not on the list: with the words in title, series or topic, else the newest."""
    found = visible_lessons(user).exclude(pk__in=playlist.entries.values("lesson"))
    if words:
        topical = MicroLesson.objects.filter(topics__name__icontains=words).values("pk")
        found = found.filter(Q(title__icontains=words) | Q(series__icontains=words) | Q(pk__in=topical))
    return for_cards(found)


def last_position(playlist: Playlist) -> int:
    """Return the last place that is taken, 0 for an empty list."""
    return playlist.entries.aggregate(last=Max("position"))["last"] or 0


def wishes_of(user: User) -> QuerySet[TopicWish]:
    """Return what the person asked for, the latest first."""
    return TopicWish.objects.filter(author=user).select_related("playlist")


def managed_wishes(user: User) -> QuerySet[TopicWish]:
    """Return the topics asked for in the organisations whose playlists the person keeps; the own ones too."""
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    return TopicWish.objects.filter(below(paths, "organisation__")).select_related("organisation")


def open_wishes(user: User) -> QuerySet[TopicWish]:
    """Return what waits for an answer of this person, the oldest first; the workbench lists it."""
    return managed_wishes(user).filter(status=WishStatus.OPEN).order_by("created_at", "pk")


def personal_wishes(user: User) -> Records:
    """Return what the person asked for, for "my data", the oldest first."""
    return Records(wishes_of(user).order_by("created_at", "pk"), describe_wish)


def describe_wish(wish: TopicWish) -> dict[str, Any]:
    """Return one topic with its answer."""
    return {
        "at": wish.created_at.isoformat(),
        "text": wish.text,
        "state": str(wish.get_status_display()),
        "answer": wish.answer,
    }
