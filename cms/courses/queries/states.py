"""Where one person stands with the items of a course, guide, series or track: a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from cms.accounts.models import User
from cms.courses.enums import ItemKind
from cms.courses.models import CourseStudy, Item, ItemDone
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_cards, visible_lessons
from cms.library.models import ContentPage
from cms.library.queries import visible_pages
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.models import Attempt, Quiz
from cms.watching.models import WatchProgress

LESSON_QUIZ = "lesson"
Person = User | AnonymousUser


@dataclass(frozen=True)
class ItemState:
    """An item as one person sees it: `available` says whether it still leads somewhere for this person.

    `at_s` is the second up to which an unfinished lesson was watched; `is_done` is what was watched, answered or ticked.
    """

    item: Item
    lesson: MicroLesson | None = None
    page: ContentPage | None = None
    available: bool = True
    is_done: bool = False
    is_ticked: bool = False
    at_s: float | None = None
    played_at: object = None

    @property
    def kind(self) -> ItemKind:
        """What the item leads to now."""
        return ItemKind(self.item.kind) if self.available else ItemKind.GONE

    @property
    def title(self) -> str:
        """The item's own heading, else the title of what it leads to; nothing of what is not the person's to see."""
        if not self.available:
            return ""
        return self.item.title or str(self.lesson or self.page or "")

    @property
    def minutes(self) -> int | None:
        """How long it takes, if that is known."""
        if self.lesson is not None:
            return self.lesson.minutes
        return self.item.minutes or (self.page.minutes if self.page else None)


@dataclass
class Standing:
    """What is known of a person and some items; each part is read once."""

    user: Person
    items: Sequence[Item]
    owner: ContentPage | None = None
    lesson_ids: set[int] = field(init=False)
    page_ids: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lesson_ids = {item.lesson_id for item in self.items if item.lesson_id}
        self.page_ids = {item.page_id for item in self.items if item.page_id}

    @cached_property
    def lessons(self) -> dict[int, MicroLesson]:
        """The lessons that the person may see."""
        if not self.lesson_ids:
            return {}
        found = for_cards(visible_lessons(self.user)).filter(pk__in=self.lesson_ids).select_related("shown_video")
        return {lesson.pk: lesson for lesson in found}

    @cached_property
    def pages(self) -> dict[int, ContentPage]:
        """The pages that the person may see."""
        if not self.page_ids:
            return {}
        return {page.pk: page for page in visible_pages(self.user).filter(pk__in=self.page_ids)}

    @cached_property
    def progress(self) -> dict[int, WatchProgress]:
        """What the person played, by video."""
        videos = [lesson.shown_video_id for lesson in self.lessons.values() if lesson.shown_video_id]
        if not videos or not isinstance(self.user, User):
            return {}
        return {row.video_id: row for row in WatchProgress.objects.filter(user=self.user, video__in=videos)}

    @cached_property
    def open_quizzes(self) -> set[int]:
        """The lessons with questions that the person has not passed."""
        asked = Quiz.objects.filter(
            owner_kind=LESSON_QUIZ, owner_id__in=[str(pk) for pk in self.lessons], lines__isnull=False
        )
        if not isinstance(self.user, User):
            return set()
        passed = Attempt.objects.filter(user=self.user, status=AttemptStatus.SUBMITTED, passed=True)
        unpassed = asked.exclude(pk__in=passed.values("quiz")).distinct()
        return {int(owner) for owner in unpassed.values_list("owner_id", flat=True)}

    @cached_property
    def completed(self) -> set[int]:
        """The courses among the pages that the person completed."""
        if not self.page_ids or not isinstance(self.user, User):
            return set()
        mine = CourseStudy.objects.filter(user=self.user, course__in=self.page_ids, completed_at__isnull=False)
        return set(mine.values_list("course_id", flat=True))

    @cached_property
    def ticked(self) -> set[str]:
        """The keys of what the person ticked on the page that holds the items."""
        if self.owner is None or not isinstance(self.user, User):
            return set()
        keys = ItemDone.objects.filter(user=self.user, page=self.owner.pk).values_list("key", flat=True)
        return {str(key) for key in keys}

    def state_of(self, item: Item) -> ItemState:
        """Return where the person stands with one of the items."""
        ticked = str(item.key) in self.ticked
        if item.lesson_id:
            return self.lesson_state(item, ticked=ticked)
        if item.page_id:
            page = self.pages.get(item.page_id)
            done = ticked or item.page_id in self.completed
            return ItemState(item, page=page, available=page is not None, is_done=done, is_ticked=ticked)
        return ItemState(item, available=item.kind != ItemKind.GONE, is_done=ticked, is_ticked=ticked)

    def lesson_state(self, item: Item, *, ticked: bool) -> ItemState:
        """Return where the person stands with a lesson: done when watched and, if it asks, answered."""
        lesson = self.lessons.get(item.lesson_id or 0)
        if lesson is None:
            return ItemState(item, available=False)
        played = self.progress.get(lesson.shown_video_id or 0)
        watched = played is not None and played.watched_at is not None
        begun = played is not None and not watched and played.covered_s > 0
        return ItemState(
            item,
            lesson=lesson,
            is_done=ticked or (watched and lesson.pk not in self.open_quizzes),
            is_ticked=ticked,
            at_s=played.position_s if played is not None and begun else None,
            played_at=played.updated_at if played is not None and begun else None,
        )


def states_of(items: Sequence[Item], user: Person, owner: ContentPage | None = None) -> list[ItemState]:
    """Return where the person stands with the items, in order; `owner` is the page whose items can be ticked."""
    standing = Standing(user, items, owner)
    return [standing.state_of(item) for item in items]


def course_done(states: Sequence[ItemState], *, quiz_open: bool) -> bool:
    """Return whether nothing of a course is missing; what is no longer available is not asked for."""
    asked = [state for state in states if state.available]
    return bool(asked) and all(state.is_done for state in asked) and not quiz_open


def next_of(states: Sequence[ItemState]) -> ItemState | None:
    """Return where to go on: the lesson that was stopped in last, else the first item that is not done."""
    begun = [state for state in states if state.at_s is not None and not state.is_done]
    if begun:
        return max(begun, key=lambda state: str(state.played_at))
    return next((state for state in states if state.available and not state.is_done), None)


def count_done(states: Sequence[ItemState]) -> tuple[int, int]:
    """Return how many of the available items are done, and how many there are."""
    asked = [state for state in states if state.available]
    return sum(1 for state in asked if state.is_done), len(asked)
