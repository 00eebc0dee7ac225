"""What happens when a course or guide is shown or hidden, and when something it leads to goes."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.errors import InvalidInput
from cms.courses.models import BranchGuide, CoursePage, GuidePage
from cms.courses.prerequisites import way_back
from cms.courses.queries.courses import COURSE_QUIZ, circle_words, drafts_of, pages_with_lesson, requirements
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.notices.services import notify
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.queries import holders_of
from cms.quizzes.queries import find_quiz
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.services import hide
from search.outbox import record_change, record_changes

GUIDE_QUIZ = "guide"
QUIZ_KINDS: dict[type[ContentPage], str] = {CoursePage: COURSE_QUIZ, GuidePage: GUIDE_QUIZ}


@transaction.atomic
def show(page: ContentPage) -> None:
    """Pin the questions of a course or guide that is published, and what lists show of it.

    Raises InvalidInput when the course would need itself first, or when a question cannot be marked.
    """
    if isinstance(page, CoursePage | GuidePage):
        kind = QUIZ_KINDS[type(page)]
        freeze_quiz(kind, page.pk, drafts_of(page), visibility_from=page, title=str(page))
    if isinstance(page, CoursePage):
        refuse_circle(page.pk, [row.needed_id for row in page.prerequisites.all()])
        CoursePage.objects.filter(pk=page.pk).update(total_minutes=minutes_of(page))
    if isinstance(page, GuidePage):
        tell_branches(page)


def conceal(page: ContentPage) -> None:
    """Hide the questions of a course or guide that is shown no longer."""
    kind = QUIZ_KINDS.get(type(page))
    quiz = find_quiz(kind, page.pk) if kind else None
    if quiz is not None:
        hide(quiz)


def refuse_circle(course_id: int, needed: list[int]) -> None:
    """Raise InvalidInput, naming the way, when the course would come before itself."""
    way = way_back(course_id, requirements(instead=(course_id, needed)))
    if way:
        sentence = circle_words(way)
        raise InvalidInput(sentence, fields={"prerequisites": [sentence]}, code="circle")


def minutes_of(course: CoursePage) -> int:
    """Return the minutes of a course: what its editor wrote, else the sum of its items."""
    if course.minutes:
        return course.minutes
    items = course.items.select_related("lesson", "page")
    parts = [
        item.lesson.minutes if item.lesson else item.minutes or (item.page.minutes if item.page else 0)
        for item in items
    ]
    return min(sum(part or 0 for part in parts), 32_000)


def tell_branches(guide: GuidePage) -> None:
    """Tell those who keep a branch's copy that the original changed; the copy stays as it is."""
    for copy in BranchGuide.objects.filter(guide=guide.pk).select_related("organisation"):
        if copy.taken_from_id is None or copy.taken_from_id == guide.live_revision_id:
            continue
        keepers = {person for role in MANAGING_ROLES for person in holders_of(role, copy.organisation)}
        notify(
            sorted(keepers, key=lambda person: person.pk),
            kind="courses.guide_changed",
            title=lambda: _("The guide “%(title)s” was changed; your branch's list stays as it is") % {"title": guide},
            url=reverse("courses:edit_branch_guide", args=[copy.pk]),
        )


@transaction.atomic
def note_lesson_shown(lesson_id: int) -> None:
    """Tell search that pages which name the lesson changed."""
    for page in pages_with_lesson(lesson_id):
        note(page)


@transaction.atomic
def note_lesson_gone(lesson_id: int) -> None:
    """Tell search, and the editors of each page that leads to the lesson: the item says so until they change it."""
    lesson = MicroLesson.objects.get(pk=lesson_id)
    for page in pages_with_lesson(lesson_id):
        note(page)
        notify(
            carers_of(page),
            kind="courses.lesson_gone",
            title=lambda page=page: (
                _("“%(lesson)s” is shown no longer; “%(page)s” leads to it")  # type: ignore[misc]  # bound to this turn of the loop
                % {"lesson": lesson, "page": page}
            ),
            url=page.author_page_url(),
        )


def carers_of(page: ContentPage) -> list[User]:
    """Return who looks after the page: its responsible person and the editors in whose reach it lies."""
    people = {person.pk: person for person in holders_of(Role.EDITOR, page.organisation)}
    if page.responsible is not None:
        people[page.responsible.pk] = page.responsible
    return [people[key] for key in sorted(people)]


def note(page: ContentPage) -> None:
    """Tell search that the page changed."""
    kind = page.specific_class.search_kind if page.specific_class else ""
    if kind:
        record_change(kind, page.pk)


def note_method(method_id: int) -> None:
    """Tell search about all courses that are taught in this way."""
    shown = CoursePage.objects.published().filter(methods=method_id)
    record_changes(CoursePage.search_kind, shown.order_by("pk").values_list("pk", flat=True))
