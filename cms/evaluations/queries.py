"""Reads of evaluations: only what was let out in full batches leaves this module."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from cms.accounts.models import User
from cms.evaluations.batches import BATCH
from cms.evaluations.enums import EvaluationStatus, Grade
from cms.evaluations.models import Evaluation, LeftoverTally, Participation, Question, Remark, Tally
from cms.organisations.enums import Role
from cms.organisations.queries import below, standing_of

HANDLING_ROLES = (Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN)


@dataclass(frozen=True)
class Marks:
    """How often each grade was given, best first; always at least five marks in full batches."""

    counts: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        """Return how many marks these are."""
        return sum(count for _grade, count in self.counts)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return for each grade its name, the number of marks and its share in percent."""
        return [
            {"label": Grade(grade).label, "number": count, "percent": round(100 * count / self.number)}
            for grade, count in self.counts
        ]


def as_marks(shown: dict[str, int]) -> Marks | None:
    """Return the shown numbers as marks, None where nothing is shown."""
    if not any(shown.values()):
        return None
    return Marks(tuple((grade, shown.get(grade, 0)) for grade in Grade.values))


def marks_of_subject(kind: str, subject_id: object) -> Marks | None:
    """Return the marks of a subject over all its evaluations, None below five (two queries)."""
    return marks_of_subjects(kind, [subject_id])[str(subject_id)]


def marks_of_subjects(kind: str, subject_ids: Iterable[object]) -> dict[str, Marks | None]:
    """Return the marks of several subjects of one kind by their keys as text (two queries)."""
    wanted = [str(pk) for pk in subject_ids]
    shown: dict[str, dict[str, int]] = {pk: {} for pk in wanted}
    own = Tally.objects.filter(question__kind=kind, question__subject_id__in=wanted, shown__gt=0).order_by()
    rows = [
        *own.values_list("question__subject_id", "grade").annotate(Sum("shown")),
        *LeftoverTally.objects.filter(kind=kind, subject_id__in=wanted, shown__gt=0).values_list(
            "subject_id", "grade", "shown"
        ),
    ]
    for pk, grade, number in rows:
        shown[pk][grade] = shown[pk].get(grade, 0) + number
    return {pk: as_marks(counts) for pk, counts in shown.items()}


def marks_of_evaluation(evaluation: Evaluation) -> list[tuple[Question, Marks | None]]:
    """Return each question of an evaluation with its own marks, None below five (two queries)."""
    questions = evaluation.questions.prefetch_related("tallies")
    return [(question, as_marks(shown_of(question.tallies.all()))) for question in questions]


def shown_of(tallies: Iterable[Tally]) -> dict[str, int]:
    """Return how often each grade is shown, of those signed in and of slips together."""
    shown: dict[str, int] = {}
    for row in tallies:
        shown[row.grade] = shown.get(row.grade, 0) + row.shown
    return shown


def evaluations_for(user: User) -> QuerySet[Evaluation]:
    """Return the evaluations of the organisations for which the person holds a duty, newest first."""
    within = below(standing_of(user).paths_of(*HANDLING_ROLES), "organisation__")
    return Evaluation.objects.filter(within).select_related("organisation")


def open_past(day: date) -> QuerySet[Evaluation]:
    """Return the open evaluations whose last day is over."""
    return Evaluation.objects.filter(status=EvaluationStatus.OPEN, closes_on__lt=day).order_by("pk")


def took_part(user: User, evaluation: Evaluation) -> bool:
    """Return whether the person has marked already; known only while the evaluation is open."""
    return Participation.objects.filter(evaluation=evaluation, user=user).exists()


def remarks_of(evaluation: Evaluation) -> QuerySet[Remark]:
    """Return the free texts of a closed evaluation in an order of chance; none while it is open."""
    if evaluation.status == EvaluationStatus.OPEN:
        return Remark.objects.none()
    return evaluation.remarks.all()


def personal_participations(user: User) -> Iterable[dict[str, Any]]:
    """Return where the person took part, for "my data": nothing is known of what was marked."""
    for row in Participation.objects.filter(user=user).select_related("evaluation"):
        yield {"about": row.evaluation.label, "marks_until": row.evaluation.closes_on.isoformat()}


def personal_evaluations(user: User) -> Iterable[dict[str, Any]]:
    """Return the evaluations in which the person's own teaching is marked, for "my data", oldest first."""
    for row in Evaluation.objects.filter(marked_person=user).order_by("opened_on", "pk"):
        yield {"about": row.label, "on": row.opened_on.isoformat(), "state": str(row.get_status_display())}


def figures_by_organisation(user: User) -> list[dict[str, Any]]:
    """Return for each organisation on duty for: evaluations, people who took part (None where hidden), and marks.

    People are summed over evaluations of five or more: with the small ones in it, a sum minus what each evaluation
    shows would tell how few these were. The last row is the sum. Two queries.
    """
    found = evaluations_for(user).order_by()
    people = Sum("ballots", filter=Q(ballots__gte=BATCH))
    by_place = found.values("organisation", "organisation__name").annotate(number=Count("pk"), people=people)
    places: list[dict[str, Any]] = [dict(place) for place in by_place]
    shown: dict[int, dict[str, int]] = {}
    tallies = Tally.objects.filter(question__evaluation__in=found, shown__gt=0).order_by()
    for place, grade, number in tallies.values_list("question__evaluation__organisation", "grade").annotate(
        Sum("shown")
    ):
        shown.setdefault(place, {})[grade] = number
    return with_sum(places, shown)


def with_sum(places: list[dict[str, Any]], shown: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    """Return the rows by name, and their sum."""
    rows = [
        {
            "name": place["organisation__name"],
            "evaluations": place["number"],
            "people": place["people"],
            "marks": as_marks(shown.get(place["organisation"], {})),
        }
        for place in sorted(places, key=lambda place: str(place["organisation__name"]))
    ]
    total = {grade: sum(counts.get(grade, 0) for counts in shown.values()) for grade in Grade.values}
    everybody = sum(row["people"] or 0 for row in rows) or None
    evaluations = sum(row["evaluations"] for row in rows)
    return [*rows, {"name": "", "evaluations": evaluations, "people": everybody, "marks": as_marks(total)}]
