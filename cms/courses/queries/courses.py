"""Reads of courses, series and tracks."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.personal_data import Records
from cms.courses.models import (
    Assignment,
    AudienceChoice,
    CourseItem,
    CoursePage,
    CourseStudy,
    GuideItem,
    GuidePage,
    ItemDone,
    Prerequisite,
    Selection,
    SeriesItem,
    SeriesPage,
    TrackItem,
    TrackPage,
)
from cms.library.models import ContentPage
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import ancestor_paths, below, current_memberships, current_roles, standing_of
from cms.quizzes.queries import find_quiz, has_passed
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience
from cms.taxonomy.queries import visible_q

COURSE_QUIZ = "course"
# Below this many people a number says something about one of them.
LEAST_PEOPLE = 5
ITEM_MODELS: tuple[tuple[type[Any], str], ...] = (
    (CourseItem, "course"),
    (SeriesItem, "series"),
    (TrackItem, "track"),
    (GuideItem, "guide"),
)


def shown(model: type[Any], user: User | AnonymousUser) -> QuerySet[Any]:
    """Return published pages of a kind that the person may see, the newest first."""
    rows: QuerySet[Any] = model.objects.filter(visible_q(user), live=True, taken_down_at__isnull=True)
    listed: QuerySet[Any] = rows.select_related("organisation", "cover").order_by("-first_published_at", "-pk")
    return listed


def with_badge(courses: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `is_selected`: whether the course holds the badge now."""
    held = Selection.objects.filter(course=OuterRef("pk"), withdrawn_at__isnull=True)
    marked: QuerySet[Any] = courses.annotate(is_selected=Exists(held))
    return marked


def browse_courses(
    user: User | AnonymousUser,
    *,
    topic: str = "",
    audience: str = "",
    selected: bool = False,
    series: int | None = None,
) -> QuerySet[CoursePage]:
    """Return visible courses narrowed by slugs of topic and audience, by the badge, and by a series."""
    found: QuerySet[Any] = with_badge(shown(CoursePage, user))
    if topic:
        found = found.filter(topics__slug=topic)
    if audience:
        found = found.filter(audiences__slug=audience)
    if selected:
        found = found.filter(is_selected=True)
    if series is not None:
        found = found.filter(pk__in=SeriesItem.objects.filter(series=series, page__isnull=False).values("page"))
    return found


def new_for(user: User | AnonymousUser, audiences: Collection[str]) -> QuerySet[Any]:
    """Return visible courses for one of the audiences (slugs), the newest first, each once."""
    return browse_courses(user).filter(audiences__slug__in=audiences).distinct()


def badge_of(course: ContentPage) -> Selection | None:
    """Return the badge that the course holds now, with who gave it."""
    held = Selection.objects.filter(course=course.pk, withdrawn_at__isnull=True)
    return held.select_related("given_by").first()


def series_with(page: ContentPage, user: User | AnonymousUser) -> QuerySet[SeriesPage]:
    """Return the visible series in which the course stands."""
    holding = SeriesItem.objects.filter(page=page.pk).values("series")
    return shown(SeriesPage, user).filter(pk__in=holding)


def all_series(user: User | AnonymousUser) -> QuerySet[SeriesPage]:
    """Return the visible series."""
    return shown(SeriesPage, user)


def all_tracks(user: User | AnonymousUser) -> QuerySet[TrackPage]:
    """Return the visible tracks."""
    return shown(TrackPage, user).prefetch_related("audiences")


def needed_before(course: CoursePage, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """Return the visible courses that should come first, and whether the person completed each."""
    keys = [row.needed_id for row in course.prerequisites.all()]
    courses = {row.pk: row for row in shown(CoursePage, user).filter(pk__in=keys)} if keys else {}
    mine = CourseStudy.objects.filter(user=user.pk, course__in=keys, completed_at__isnull=False)
    done = set(mine.values_list("course_id", flat=True)) if keys else set()
    return [{"course": courses[key], "done": key in done} for key in keys if key in courses]


def study_of(user: User | AnonymousUser, course: CoursePage) -> CourseStudy | None:
    """Return the person's study of the course, or None when it was not begun."""
    if not isinstance(user, User):
        return None
    return CourseStudy.objects.filter(user=user, course=course.pk).first()


def studies_of(user: User) -> QuerySet[CourseStudy]:
    """Return what the person began, the last studied first."""
    return CourseStudy.objects.filter(user=user).select_related("course")


def is_quiz_open(user: User | AnonymousUser, course: CoursePage) -> bool:
    """Return whether the course asks questions at the end that the person has not passed."""
    quiz = find_quiz(COURSE_QUIZ, course.pk)
    return quiz is not None and not (isinstance(user, User) and has_passed(user, quiz))


def course_in_progress(user: User) -> CoursePage | None:
    """Return the course the person studied last and has not completed, if it is still shown."""
    open_ones = CourseStudy.objects.filter(user=user, completed_at__isnull=True).order_by("-last_at", "-pk")
    for course_id in open_ones.values_list("course_id", flat=True)[:5]:
        course: CoursePage | None = shown(CoursePage, user).filter(pk=course_id).first()
        if course is not None:
            return course
    return None


def open_studies_with(*, lesson_ids: Collection[int], user_id: int) -> QuerySet[CourseStudy]:
    """Return the person's unfinished courses that hold one of the lessons."""
    holding = CourseItem.objects.filter(lesson__in=lesson_ids).values("course")
    mine = CourseStudy.objects.filter(user=user_id, completed_at__isnull=True, course__in=holding)
    return mine.select_related("course", "user")


def pages_with_lesson(lesson_id: int) -> list[ContentPage]:
    """Return the shown courses, series, tracks and guides that lead to the lesson, each once."""
    keys: set[int] = set()
    for model, parent in ITEM_MODELS:
        keys |= set(model.objects.filter(lesson=lesson_id).values_list(f"{parent}_id", flat=True))
    pages = ContentPage.objects.published().filter(pk__in=keys).select_related("organisation", "responsible")
    return list(pages.order_by("pk"))


def requirements(*, instead: tuple[int, Iterable[int]] | None = None) -> dict[int, set[int]]:
    """Return which course needs which, as published; `instead` gives what one course is going to need."""
    needs: dict[int, set[int]] = {}
    for course, needed in Prerequisite.objects.values_list("course_id", "needed_id"):
        needs.setdefault(course, set()).add(needed)
    if instead is not None:
        needs[instead[0]] = set(instead[1])
    return needs


def titles_of(keys: Collection[int]) -> dict[int, str]:
    """Return the titles of courses by key."""
    return dict(CoursePage.objects.filter(pk__in=keys).values_list("pk", "title"))


def assignments_for(user: User) -> QuerySet[Assignment]:
    """Return what the organisations above the person assigned, the person may see and is not over, the soonest first."""
    above = sorted({path for own in standing_of(user).organisation_paths for path in ancestor_paths(own)})
    rows = Assignment.objects.filter(
        organisation__path__in=above, until__gte=today(), course__in=shown(CoursePage, user).order_by().values("pk")
    )
    return rows.select_related("course", "organisation").order_by("until", "pk")


def managed_assignments(user: User) -> QuerySet[Assignment]:
    """Return what organisations in the person's reach assigned, the latest day first.

    Rows carry `done`: how many people of the subtree completed the course; only `number_shown` may leave the server.
    """
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    here = current_memberships(today()).filter(organisation__path__startswith=OuterRef(OuterRef("organisation__path")))
    finished = CourseStudy.objects.filter(
        course=OuterRef("course"), completed_at__isnull=False, user__is_active=True, user__in=here.values("user")
    )
    counted = finished.order_by().values("course").annotate(number=Count("pk")).values("number")
    rows = Assignment.objects.filter(below(paths, "organisation__")).annotate(done=Coalesce(Subquery(counted), 0))
    return rows.select_related("course", "organisation").order_by("-until", "-pk")


def number_shown(done: int) -> int | None:
    """Return a number of people in steps of five; None below five.

    Steps, because the difference of two exact numbers would be about one person.
    """
    return done - done % LEAST_PEOPLE if done >= LEAST_PEOPLE else None


def people_to_remind(assignment: Assignment) -> QuerySet[User]:
    """Return the active people of the subtree who see the course and have not completed it; only the reminder reads it."""
    people = current_memberships(today()).filter(organisation__path__startswith=assignment.organisation.path)
    done = CourseStudy.objects.filter(course=assignment.course_id, completed_at__isnull=False)
    here = User.objects.filter(is_active=True, pk__in=people.values("user")).exclude(pk__in=done.values("user"))
    return here.filter(sees(assignment.course))


def sees(course: CoursePage) -> Q:
    """Return the filter of the people to whom the published course is shown: `taxonomy.visible_q` from the other end."""
    if course.visibility == Visibility.PUBLIC:
        return Q()
    if course.visibility == Visibility.ORGANISATION and course.visible_organisation is not None:
        below_it = current_memberships(today()).filter(organisation__path__startswith=course.visible_organisation.path)
        return Q(pk__in=below_it.values("user"))
    if course.visibility == Visibility.ROLE:
        return Q(pk__in=current_roles(today()).filter(role=course.visible_role).values("user"))
    return Q(pk__in=[])


def audiences_of(user: User) -> QuerySet[Audience]:
    """Return the audiences that the person chose."""
    return Audience.objects.filter(pk__in=AudienceChoice.objects.filter(user=user).values("audience"))


def personal_studies(user: User) -> Records:
    """Return what the person began and completed, for "my data", the oldest first."""
    rows = studies_of(user).order_by("begun_at", "pk")
    return Records(
        rows,
        lambda study: {
            "course": str(study.course),
            "begun": study.begun_at.isoformat(),
            "completed": study.completed_at.isoformat() if study.completed_at else None,
        },
    )


def personal_ticks(user: User) -> Records:
    """Return what the person ticked, for "my data", the oldest first."""
    rows = ItemDone.objects.filter(user=user).select_related("page")
    return Records(rows, lambda tick: {"page": str(tick.page), "at": tick.done_at.isoformat()})


def personal_audiences(user: User) -> list[dict[str, Any]]:
    """Return the audiences that the person chose, for "my data"."""
    return [{"audience": str(audience)} for audience in audiences_of(user)]


def drafts_of(page: CoursePage | GuidePage) -> list[Any]:
    """Return the questions of a page as quizzes freeze them, in order."""
    return [question.draft for question in page.questions.all()]


def completed_among(user: User | AnonymousUser, courses: Collection[int]) -> set[int]:
    """Return which of the courses the person completed (one query, for lists)."""
    if not isinstance(user, User):
        return set()
    mine = CourseStudy.objects.filter(user=user, course__in=courses, completed_at__isnull=False)
    return set(mine.values_list("course_id", flat=True))


def circle_words(way: list[int]) -> str:
    """Return the sentence that says how a course comes back to itself."""
    titles = titles_of(way)
    if len(way) == 1:
        return _("A course cannot need itself first.")
    names = " → ".join(titles.get(key, "…") for key in [*way, way[0]])
    return _("This would go in a circle: %(names)s. Please take one of them out.") % {"names": names}
