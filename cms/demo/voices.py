"""What the demonstration's members suggested, what was answered, and how listeners marked the lessons held."""

import random
import uuid
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from cms.accounts.models import User
from cms.demo.calendar import days_ago, living_at
from cms.demo.people import read_data
from cms.evaluations.enums import EvaluationStatus, Grade
from cms.evaluations.models import Evaluation
from cms.evaluations.services import cast_ballot
from cms.feedback.enums import Category
from cms.feedback.models import ProblemReport
from cms.feedback.services import answer_report, report_problem
from cms.feedback.subjects import find_subject
from cms.organisations.queries import people_of

NAMES = uuid.UUID("2f0c1a0e-6f5c-4f0b-9a36-1d1f0a8f2026")
MOST_MARKS = 12
# Most lessons are liked; a demonstration in which all are would teach nothing about the four grades.
LIKELY = ((Grade.EXCELLENT, 9), (Grade.GOOD, 6), (Grade.FAIR, 2), (Grade.POOR, 1))
REMARKS = ("例子都是身边的事，好懂。", "希望留一点提问的时间。", "后排听不太清，下次请用话筒。")


def make_suggestions(people: dict[str, User]) -> list[ProblemReport]:
    """Let members suggest what data/suggestions.json tells, and let whoever looks after it answer four days later."""
    return [suggest(people[story["who"]], story) for story in read_data("suggestions")]


def suggest(person: User, story: dict[str, Any]) -> ProblemReport:
    """Send one suggestion to the site or the own branch, and answer it in private or for everybody, as far as told."""
    with living_at(days_ago(story["days"])):
        made = report_problem(
            find_subject(person, story["to"], ""),
            reporter=person,
            category=Category.SUGGESTION,
            text=story["text"],
            token=uuid.uuid5(NAMES, story["text"]),
        )
    owner = made.assigned_to
    if "answer" in story and owner is not None:
        public = {"is_public": True, "public_title": story["public"]} if "public" in story else {}
        with living_at(days_ago(max(story["days"] - 4, 0))):
            answer_report(made, actor=owner, answer=story["answer"], **public)
    return made


def mark_evaluations() -> int:
    """Let members of the organisation mark every open evaluation on its first day, and return how many marked.

    To be called after lessons were recorded; who marks and how is the same each time.
    """
    chance = random.Random(2026)  # noqa: S311  # the same demonstration each time, no secret
    waiting = Evaluation.objects.filter(status=EvaluationStatus.OPEN, ballots=0).select_related("organisation")
    return sum(mark(evaluation, chance) for evaluation in waiting.order_by("pk"))


def mark(evaluation: Evaluation, chance: random.Random) -> int:
    """Let some people of the organisation mark one evaluation."""
    people = list(people_of(evaluation.organisation).exclude(pk=evaluation.marked_person_id or 0))
    voters = people[: min(evaluation.heads, MOST_MARKS, chance.randint(3, MOST_MARKS))]
    questions = list(evaluation.questions.all())
    first_evening = timezone.make_aware(datetime.combine(evaluation.opened_on, time(21)))
    with living_at(first_evening):
        for number, voter in enumerate(voters):
            grades = chance.choices([grade for grade, _ in LIKELY], [weight for _, weight in LIKELY], k=len(questions))
            marks = {question.pk: str(grade) for question, grade in zip(questions, grades, strict=True)}
            remark = REMARKS[number] if number < len(REMARKS) else ""
            cast_ballot(evaluation, marks=marks, voter=voter, remark=remark)
    return len(voters)
