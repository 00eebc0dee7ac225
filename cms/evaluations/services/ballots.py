"""Marking: once for each person or printed code, and without a trace of who gave which grade."""

import random
import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.evaluations.batches import is_full
from cms.evaluations.enums import EvaluationStatus
from cms.evaluations.models import BallotCode, Evaluation, Participation, Remark, Tally

# Without letters and digits that look alike on paper: 31 to the power of 8 codes.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
CODE_LENGTH = 8
LONGEST_REMARK = 500


@transaction.atomic
def cast_ballot(
    evaluation: Evaluation,
    *,
    marks: Mapping[int, str],
    voter: User | None = None,
    code: str = "",
    remark: str = "",
) -> None:
    """Count one person's grades, `marks` by the keys of the questions; a person signed in needs no code.

    Remarks come from people signed in: one on a slip would be read by whoever knows the other slips, and is not kept.
    Raises InvalidInput without a mark, for an unknown question or grade, a wrong or used code, or the own teaching;
    StaleState when the evaluation is closed or the person has marked already.
    """
    # Marks of one evaluation follow each other, so that a batch is let out exactly when it is full.
    locked = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if locked.status != EvaluationStatus.OPEN or locked.closes_on < today():
        raise StaleState(_("Marks are no longer taken here."), code="closed")
    by_slip = voter is None
    tallies = list(Tally.objects.filter(question__evaluation=locked))
    chosen = chosen_tallies([tally for tally in tallies if tally.by_slip == by_slip], marks)
    if len(remark.strip()) > LONGEST_REMARK:
        raise InvalidInput(_("The remark is too long."), fields={"remark": [_("The remark is too long.")]})
    take_turn(locked, voter, code)
    count(tallies, chosen)
    plus = int(by_slip)
    Evaluation.objects.filter(pk=locked.pk).update(ballots=F("ballots") + 1, slip_ballots=F("slip_ballots") + plus)
    if remark.strip() and not by_slip:
        keep_remark(locked, remark.strip())


def chosen_tallies(tallies: list[Tally], marks: Mapping[int, str]) -> set[int]:
    """Return the keys of the tallies that the grades add to."""
    by_mark = {(tally.question_id, tally.grade): tally.pk for tally in tallies}
    if not marks or not by_mark.keys() >= set(marks.items()):
        raise InvalidInput(_("Please choose at least one grade."))
    return {by_mark[mark] for mark in marks.items()}


def take_turn(evaluation: Evaluation, voter: User | None, code: str) -> None:
    """Remember that the person has marked, or use the code up."""
    if voter is None:
        if not evaluation.codes.filter(digest=digest_of(evaluation, code)).delete()[0]:
            sentence = _("This code is not right, or it was used already.")
            raise InvalidInput(sentence, code="wrong_code", fields={"code": [sentence]})
        return
    if voter.pk == evaluation.marked_person_id:
        raise InvalidInput(_("Nobody marks the own teaching."), code="own_teaching")
    try:
        with transaction.atomic():
            Participation.objects.create(evaluation=evaluation, user=voter)
    except IntegrityError:
        raise StaleState(_("You have marked this already."), code="already") from None


def count(tallies: list[Tally], chosen: set[int]) -> None:
    """Add to the chosen tallies and let full batches out; marks of slips wait until the evaluation closes.

    One statement writes every tally of the evaluation, the others with nothing added: PostgreSQL keeps with each row
    which transaction wrote it last, and that of the participation is known.
    """
    every = [tally.pk for tally in tallies]
    plus = Case(When(pk__in=chosen, then=Value(1)), default=Value(0))
    Tally.objects.filter(pk__in=every).update(waiting=F("waiting") + plus)
    waiting: dict[int, dict[str, int]] = {}
    for tally in Tally.objects.filter(pk__in=every, by_slip=False):
        waiting.setdefault(tally.question_id, {})[tally.grade] = tally.waiting
    for question, numbers in waiting.items():
        if is_full(numbers):
            let_out(Tally.objects.filter(question=question, by_slip=False))


def let_out(batch: QuerySet[Tally]) -> None:
    """Show what waits in the tallies of a full batch."""
    batch.update(shown=F("shown") + F("waiting"), waiting=0)


def keep_remark(evaluation: Evaluation, text: str) -> None:
    """Add a free text and write all of them anew in an order of chance, so that none is the last one."""
    texts = [*evaluation.remarks.values_list("text", flat=True), text]
    evaluation.remarks.all().delete()
    random.SystemRandom().shuffle(texts)
    Remark.objects.bulk_create([Remark(evaluation=evaluation, text=one) for one in texts])


@transaction.atomic
def print_codes(evaluation: Evaluation, number: int, *, actor: User) -> list[str]:
    """Return so many new ballot codes, which are kept as digests only and cannot be shown again.

    Earlier codes that nobody used end. There are never more codes than listeners who are not known to have marked;
    of fewer than five who marked nothing is known, so that no number that is tried tells how many they are.
    Raises InvalidInput for more codes than that, StaleState when the evaluation is closed.
    """
    locked = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if locked.status != EvaluationStatus.OPEN:
        raise StaleState(_("Marks are no longer taken here."), code="closed")
    left = max(locked.heads - (locked.known_ballots or 0), 0)
    if not 1 <= number <= left:
        sentence = _("There may be at most as many codes as listeners who have not marked yet.")
        raise InvalidInput(sentence, fields={"number": [sentence]})
    locked.codes.all().delete()
    codes: set[str] = set()
    while len(codes) < number:
        codes.add("".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH)))
    # Sorted by digest, as a pile is shuffled: which sheet was printed first is not to be read here.
    digests = sorted(digest_of(locked, code) for code in codes)
    BallotCode.objects.bulk_create([BallotCode(evaluation=locked, digest=digest) for digest in digests])
    record_act("evaluations.print_codes", actor=actor, target=locked, after={"number": number})
    return [spaced(code) for code in codes]


def digest_of(evaluation: Evaluation, code: str) -> str:
    """Return the keyed hash under which a code is kept, whatever case, spaces and dashes it was typed with."""
    typed = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return salted_hmac("weike.evaluations.code", f"{evaluation.token}:{typed}", algorithm="sha256").hexdigest()


def spaced(code: str) -> str:
    """Return the code in two groups, as it is printed."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"
