"""Appointing a lecturer for a term, suspending for a while, and ending both."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.core.events import publish
from cms.lecturers.events import LecturerSuspended, TermsChanged
from cms.lecturers.models import AppointmentTerm, Lecturer, Override, Schedule, Suspension
from cms.lecturers.queries import in_service
from cms.lecturers.services.profile import note_change, note_lecturers

TURNS = timedelta(days=3)
DISORDER = _("The last day lies before the first.")


def check_span(starts_on: date, ends_on: date | None) -> None:
    """Raise InvalidInput when the last day lies before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput(DISORDER, fields={"ends_on": [DISORDER]})


def span(starts_on: date, ends_on: date | None) -> dict[str, str]:
    """Return a span as it stands in the audit log."""
    return {"from": starts_on.isoformat(), "to": ends_on.isoformat() if ends_on else ""}


@transaction.atomic
def appoint(lecturer: Lecturer, *, starts_on: date, ends_on: date | None, actor: User | None) -> AppointmentTerm:
    """Appoint the lecturer for a term. Raises InvalidInput when it ends before it begins."""
    check_span(starts_on, ends_on)
    term: AppointmentTerm = AppointmentTerm.objects.create(lecturer=lecturer, starts_on=starts_on, ends_on=ends_on)
    record_act("lecturers.appoint", actor=actor, target=lecturer, after=span(starts_on, ends_on))
    note_change(lecturer)
    return term


@transaction.atomic
def end_term(term: AppointmentTerm, *, ends_on: date, actor: User | None) -> AppointmentTerm:
    """Let a term end on a day; the rooms above hear of it and look at what was promised for later.

    Raises InvalidInput when it would end before it begins.
    """
    check_span(term.starts_on, ends_on)
    before = span(term.starts_on, AppointmentTerm.objects.get(pk=term.pk).ends_on)
    AppointmentTerm.objects.filter(pk=term.pk).update(ends_on=ends_on)
    term.ends_on = ends_on
    after = span(term.starts_on, ends_on)
    record_act("lecturers.end_term", actor=actor, target=term.lecturer, before=before, after=after)
    note_change(term.lecturer)
    publish(TermsChanged(term.lecturer_id))
    return term


@transaction.atomic
def suspend(
    lecturer: Lecturer, *, starts_on: date, ends_on: date | None, reason: str, actor: User | None
) -> Suspension:
    """Offer the lecturer no more for a while; the rooms above hear of it and look at what was promised.

    The reason stays out of the audit log, which outlives it by years: it stands with the suspension and is read by
    those who look after the pool and, in "my data", by the lecturer.
    Raises InvalidInput without a reason or when the span is in no order.
    """
    check_span(starts_on, ends_on)
    if not reason.strip():
        raise InvalidInput(_("Please say why."), fields={"reason": [_("Please say why.")]})
    suspension = Suspension.objects.create(
        lecturer=lecturer, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()[:400]
    )
    record_act("lecturers.suspend", actor=actor, target=lecturer, after=span(starts_on, ends_on))
    note_change(lecturer)
    publish(LecturerSuspended(lecturer.pk, starts_on, ends_on))
    return suspension


@transaction.atomic
def end_suspension(suspension: Suspension, *, actor: User | None) -> None:
    """Offer the lecturer again from today on; a suspension that has not begun goes altogether.

    Raises StaleState when it is over already: ending it again would lengthen it.
    """
    held = Suspension.objects.select_for_update(of=("self",)).filter(pk=suspension.pk).first()
    yesterday = today() - timedelta(days=1)
    if held is None or (held.ends_on is not None and held.ends_on <= yesterday):
        raise StaleState(_("This suspension is over already."))
    before = span(held.starts_on, held.ends_on)
    if held.starts_on > yesterday:
        held.delete()
    else:
        Suspension.objects.filter(pk=held.pk).update(ends_on=yesterday)
    record_act(
        "lecturers.end_suspension",
        actor=actor,
        target=suspension.lecturer,
        before=before,
        after={"to": yesterday.isoformat()},
    )
    note_change(suspension.lecturer)


@transaction.atomic
def note_turns_of_today() -> int:
    """Tell the index of those whose term or suspension began or ended lately by date; return how many these were.

    Three days back, so that a day on which no worker ran is made up for.
    """
    begun = {"starts_on__range": (today() - TURNS, today())}
    ended = {"ends_on__range": (today() - TURNS, today())}
    turning = Lecturer.objects.filter(
        Q(pk__in=AppointmentTerm.objects.filter(Q(**begun) | Q(**ended)).values("lecturer"))
        | Q(pk__in=Suspension.objects.filter(Q(**begun) | Q(**ended)).values("lecturer"))
    )
    for lecturer in turning:
        note_change(lecturer)
    return len(turning)


@transaction.atomic
def note_week_of_index() -> None:
    """Tell the index of all who can be asked and have hours to come: the days that it knows of begin and end later now."""
    hours = Schedule.objects.filter(lecturer=OuterRef("pk"), ends_on__gte=today())
    days = Override.objects.filter(lecturer=OuterRef("pk"), day__gte=today())
    note_lecturers(in_service(Lecturer.objects.all(), today()).filter(Exists(hours) | Exists(days)))
