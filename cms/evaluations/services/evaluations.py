"""Opening an evaluation, and closing it for good."""

import random
import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.evaluations.batches import BATCH, draw, is_full
from cms.evaluations.enums import EvaluationStatus, Grade, SubjectKind
from cms.evaluations.lifecycle import advance
from cms.evaluations.models import MOST_HEADS, Evaluation, LeftoverTally, Question, Remark, Tally
from cms.evaluations.queries import open_past
from cms.evaluations.services.ballots import let_out
from cms.evaluations.subjects import Subject
from cms.organisations.models import Organisation

TOKEN_BYTES = 16
REMARKS_KEPT = timedelta(days=731)  # two years, a leap day among them


@transaction.atomic
def open_evaluation(
    subject_kind: str,
    subject_id: object,
    *,
    label: str,
    organisation: Organisation,
    closes_on: date,
    key: str,
    title: str = "",
    also: Sequence[Subject] = (),
    heads: int = 100,
    marked_person: User | None = None,
    opened_by: User | None = None,
) -> Evaluation:
    """Open an evaluation of a subject, and of further ones on the same form, once for each key; return it.

    `title` heads the form (else `label`), `heads` is how many listened and bounds the printed codes, `marked_person`
    never marks. Raises InvalidInput for an unknown kind, a subject twice, no label, a day in the past or odd heads.
    """
    subjects = [Subject(subject_kind, str(subject_id), label), *also]
    known = Evaluation.objects.filter(key=key).first()
    if known is not None:
        return known
    check(subjects, closes_on, heads)
    try:
        with transaction.atomic():
            opened = Evaluation.objects.create(
                key=key,
                token=secrets.token_urlsafe(TOKEN_BYTES),
                label=(title or label)[:200],
                organisation=organisation,
                marked_person=marked_person,
                heads=heads,
                opened_on=today(),
                closes_on=closes_on,
            )
    except IntegrityError:
        return Evaluation.objects.get(key=key)
    add_questions(opened, subjects)
    after = {"closes_on": closes_on.isoformat(), "heads": heads}
    record_act("evaluations.open", actor=opened_by, target=opened, after=after)
    return opened


def check(subjects: Sequence[Subject], closes_on: date, heads: int) -> None:
    """Raise InvalidInput for what no evaluation can be made of."""
    if any(subject.kind not in SubjectKind.values or not subject.label.strip() for subject in subjects):
        raise InvalidInput(_("Please say what is to be marked."))
    if len({(subject.kind, subject.pk) for subject in subjects}) < len(subjects):
        raise InvalidInput(_("Each thing is marked once on a form."))
    if closes_on < today():
        raise InvalidInput(
            _("The last day lies in the past."), fields={"closes_on": [_("The last day lies in the past.")]}
        )
    if not 1 <= heads <= MOST_HEADS:
        raise InvalidInput(
            _("Say how many people listened, between 1 and 2000."),
            fields={"heads": [_("Say how many people listened, between 1 and 2000.")]},
        )


def add_questions(evaluation: Evaluation, subjects: Sequence[Subject]) -> None:
    """Write a question with four empty tallies, and four for slips, for each subject."""
    for subject in subjects:
        question = Question.objects.create(
            evaluation=evaluation, kind=subject.kind, subject_id=subject.pk[:60], label=subject.label[:200]
        )
        Tally.objects.bulk_create(
            [
                Tally(question=question, grade=grade, by_slip=by_slip)
                for by_slip in (False, True)
                for grade in Grade.values
            ]
        )


@transaction.atomic
def close_evaluation(evaluation: Evaluation, *, actor: User | None, reason: str = "") -> Evaluation:
    """Take no more marks: what filled no batch joins the subject's leftovers, and who took part is forgotten.

    Marks of slips are shown now, all that came together, from five on: whoever hands slips out and uses some up has no
    moment at which one mark is added to known ones. Remarks of fewer than five people signed in are read by nobody ever:
    they are deleted.
    Raises StaleState when it is closed.
    """
    locked = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    advance(evaluation, EvaluationStatus.CLOSED, actor=actor, reason=reason)
    for question in locked.questions.prefetch_related("tallies"):
        for by_slip in (False, True):
            keep_leftovers(question, by_slip=by_slip)
    locked.participations.all().delete()
    locked.codes.all().delete()
    if locked.ballots - locked.slip_ballots < BATCH:
        locked.remarks.all().delete()
    return evaluation


def keep_leftovers(question: Question, *, by_slip: bool) -> None:
    """Move the marks that still wait to the leftovers of their subject, and let full batches out there.

    Those of slips stay among themselves here too; five or more of them are shown in their own evaluation.
    """
    waiting = {row.grade: row.waiting for row in question.tallies.all() if row.by_slip == by_slip}
    if is_full(waiting):
        let_out(question.tallies.filter(by_slip=by_slip))
        return
    if not any(waiting.values()):
        return
    subject = {"kind": question.kind, "subject_id": question.subject_id, "by_slip": by_slip}
    LeftoverTally.objects.bulk_create(
        [LeftoverTally(**subject, grade=grade) for grade in Grade.values], ignore_conflicts=True
    )
    rows = {row.grade: row for row in LeftoverTally.objects.select_for_update().filter(**subject).order_by("pk")}
    for grade, number in waiting.items():
        rows[grade].waiting += number
    chance = random.SystemRandom()
    while is_full(together := {grade: row.waiting for grade, row in rows.items()}):
        for grade, number in draw(together, chance).items():
            rows[grade].waiting -= number
            rows[grade].shown += number
    LeftoverTally.objects.bulk_update(rows.values(), ["waiting", "shown"])
    question.tallies.filter(by_slip=by_slip).update(waiting=0)


@transaction.atomic
def correct_heads(evaluation: Evaluation, heads: int, *, actor: User) -> None:
    """Write how many listened where that was mistyped, so that there are slips enough; a closed one stays as it is.

    Where more slips wait than people listened all of them end: which of them lie unused in a drawer nobody knows.
    """
    locked = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if locked.status != EvaluationStatus.OPEN:
        return
    locked.heads = max(1, min(heads, MOST_HEADS))
    locked.save(update_fields=["heads"])
    if locked.codes.count() > locked.heads:
        ended, _kinds = locked.codes.all().delete()
        record_act("evaluations.end_codes", actor=actor, target=locked, after={"number": ended})


def close_past() -> int:
    """Close the evaluations whose last day is over, each in a transaction of its own; return how many."""
    count = 0
    for evaluation in open_past(today()):
        try:
            close_evaluation(evaluation, actor=None)
        except StaleState:
            continue
        count += 1
    return count


@transaction.atomic
def forget_old_remarks() -> int:
    """Delete remarks of evaluations that were closed two years ago and return how many; the tallies stay."""
    count: int = Remark.objects.filter(evaluation__closed_on__lt=today() - REMARKS_KEPT).delete()[0]
    if count:
        record_act("evaluations.forget_old", actor=None, after={"rows": count})
    return count
