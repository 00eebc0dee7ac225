"""Taking somebody into the pool, writing the profile, showing and hiding it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.lecturers.models import Lecturer
from cms.lecturers.services.photographs import hand_over
from cms.organisations.models import Organisation
from cms.taxonomy.models import TeachingMethod, Topic
from cms.taxonomy.queries import names_places
from search.outbox import record_change, record_changes

# What may be written of a profile; contacts are changed too, and never stand in the audit log.
PROFILE_FIELDS = (
    "post",
    "credentials",
    "introduction",
    "dialect",
    "home_place",
    "region",
    "travel_km",
    "onsite",
    "online",
    "home",
    "site",
    "contact_phone",
    "contact_email",
)
LIMIT_FIELDS = (
    "buffer_before",
    "buffer_after",
    "step",
    "notice_minutes",
    "horizon_days",
    "cap_day",
    "cap_week",
    "cap_month",
)
UNSPOKEN = frozenset({"contact_phone", "contact_email"})


@transaction.atomic
def add_lecturer(
    name: str,
    *,
    kind: str,
    organisation: Organisation,
    actor: User | None,
    topics: Iterable[Topic] = (),
    **fields: Any,
) -> Lecturer:
    """Take somebody into the pool, hidden at first; `fields` are further columns of the profile."""
    lecturer = Lecturer(name=name, kind=kind, organisation=organisation, **fields)
    lecturer.full_clean()
    lecturer.save()
    lecturer.topics.set(topics)
    lecturer.save()
    record_act(
        "lecturers.add",
        actor=actor,
        target=lecturer,
        after={"name": name, "kind": kind, "organisation": organisation.code},
    )
    return lecturer


@transaction.atomic
def edit_profile(lecturer: Lecturer, values: Mapping[str, Any], *, actor: User) -> Lecturer:
    """Write profile fields and limits; raises ValidationError for values that cannot be.

    The audit log names changed contacts without saying them.
    """
    names = [name for name in (*PROFILE_FIELDS, *LIMIT_FIELDS) if name in values]
    before = {name: getattr(lecturer, name) for name in names}
    for name in names:
        setattr(lecturer, name, values[name])
    lecturer.full_clean(exclude={field.name for field in Lecturer._meta.fields} - set(names))
    changed = [name for name in names if before[name] != values[name]]
    if not changed:
        return lecturer
    Lecturer.objects.filter(pk=lecturer.pk).update(**{name: values[name] for name in changed})
    spoken = [name for name in changed if name not in UNSPOKEN]
    after: dict[str, Any] = {name: values[name] for name in spoken}
    if len(spoken) < len(changed):
        after["contacts"] = True
    before = {name: before[name] for name in spoken}
    record_act("lecturers.edit", actor=actor, target=lecturer, before=before, after=after)
    note_change(lecturer)
    return lecturer


@transaction.atomic
def note_contact_seen(lecturer: Lecturer, *, actor: User) -> None:
    """Write down that somebody else opened a form that shows how to reach the lecturer, if anything is stored."""
    if lecturer.user_id != actor.pk and (lecturer.contact_phone or lecturer.contact_email):
        record_act("lecturers.see_contact", actor=actor, target=lecturer)


@transaction.atomic
def show_lecturer(lecturer: Lecturer, *, actor: User | None) -> None:
    """Show the lecturer to whom the visibility says."""
    _set_live(lecturer, live=True, act="lecturers.show", actor=actor)


@transaction.atomic
def hide_lecturer(lecturer: Lecturer, *, actor: User | None) -> None:
    """Show the lecturer to nobody any more; what was agreed stays agreed."""
    _set_live(lecturer, live=False, act="lecturers.hide", actor=actor)


def _set_live(lecturer: Lecturer, *, live: bool, act: str, actor: User | None) -> None:
    if Lecturer.objects.filter(pk=lecturer.pk, live=not live).update(live=live):
        lecturer.live = live
        record_act(act, actor=actor, target=lecturer, before={"shown": not live}, after={"shown": live})
        hand_over(lecturer.pk)
        note_change(lecturer)


def note_change(lecturer: Lecturer) -> None:
    """Tell the index, inside the transaction of the change."""
    record_change("lecturer", lecturer.pk)


def note_subtree(path: str) -> None:
    """Tell the index about all lecturers of or for organisations below the path: their place and name stand in it."""
    near = Q(organisation__path__startswith=path) | Q(visible_organisation__path__startswith=path)
    note_lecturers(Lecturer.objects.filter(near))


def note_organisation(organisation_id: int) -> None:
    """Tell the index about the organisation's lecturers: those of a closed one are not found."""
    note_lecturers(Lecturer.objects.filter(organisation=organisation_id))


def note_label(model: type[Model], pk: int, names: Collection[str]) -> None:
    """Tell the index about all lecturers who bear the label, who teach a lesson that does, or who come from there."""
    if model is Topic:
        note_lecturers(Lecturer.objects.filter(Q(topics=pk) | Q(offers__topics=pk)))
    if model is TeachingMethod:
        note_lecturers(Lecturer.objects.filter(offers__methods=pk))
    if names_places(model):
        note_lecturers(Lecturer.objects.filter(region__in=names))


def note_lecturers(lecturers: QuerySet[Lecturer]) -> None:
    """Tell the index about those of the lecturers who are shown."""
    record_changes("lecturer", lecturers.filter(live=True).order_by("pk").values_list("pk", flat=True).distinct())
