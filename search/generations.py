"""Which generations a shared index has: what is written down here is what holds, and the server is brought in line."""

import uuid
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from search import lease, log
from search.engines.protocol import EngineBusy, Position, SharedEngine
from search.models import Cursor, GenerationState, IndexGeneration

logger = structlog.get_logger(__name__)

# Filling is given up for dead after this silence; each batch of it shows life.
LEASE = timedelta(seconds=60)
IN_USE = (GenerationState.BUILDING, GenerationState.CURRENT, GenerationState.FORMER)


def in_state(state: GenerationState) -> IndexGeneration | None:
    """Return the generation in a state that one alone can have."""
    return IndexGeneration.objects.filter(state=state).first()


def fed(fingerprint: str) -> list[str]:
    """Return the generations that every batch goes to: the one in use and the one that is filled, if this code made them."""
    states = (GenerationState.CURRENT, GenerationState.BUILDING)
    return sorted(
        IndexGeneration.objects.filter(state__in=states, fingerprint=fingerprint).values_list("name", flat=True)
    )


def note_left_out(names: list[str]) -> None:
    """Remember that all other generations were not given a batch."""
    IndexGeneration.objects.filter(behind=False).exclude(name__in=names).exclude(fingerprint="").update(behind=True)


def needs_rebuild(fingerprint: str) -> bool:
    """Tell whether what answers is not there, was made by other code or has missed changes, and nobody is at it."""
    current = in_state(GenerationState.CURRENT)
    if current is not None and current.fingerprint == fingerprint and not current.behind:
        return False
    return in_state(GenerationState.BUILDING) is None


def begin(shared: SharedEngine) -> IndexGeneration:
    """Make a new generation to be filled beside the one in use; from now on every batch goes to it too.

    Raises EngineBusy while another one is filled.
    """
    row = _registered()
    try:
        shared.create(row.name)
    except BaseException:
        give_up(row)
        raise
    # Only now, when it is there, is it fed.
    row.fingerprint = shared.fingerprint()
    _held(row).update(fingerprint=row.fingerprint)
    return row


def _registered() -> IndexGeneration:
    _give_up_dead()
    mark, now = log.newest(), timezone.now()
    holder = uuid.uuid4().hex
    try:
        with transaction.atomic():
            return IndexGeneration.objects.create(
                name=f"{now:%Y%m%d%H%M%S}-{holder[:8]}",
                state=GenerationState.BUILDING,
                made_at=now,
                transaction=mark.transaction,
                entry=mark.entry,
                holder=holder,
                lease_until=now + LEASE,
            )
    except IntegrityError as error:
        raise EngineBusy from error


def take_former(shared: SharedEngine) -> IndexGeneration | None:
    """Have the one before filled again, to be used; None when there is none that this code made.

    Raises EngineBusy while another one is filled.
    """
    _give_up_dead()
    row = in_state(GenerationState.FORMER)
    ours = shared.fingerprint()
    if row is None or row.fingerprint != ours or shared.fingerprint_of(row.name) != ours:
        return None
    mark, holder = log.newest(), uuid.uuid4().hex
    try:
        with transaction.atomic():
            taken = IndexGeneration.objects.filter(pk=row.pk, state=GenerationState.FORMER).update(
                state=GenerationState.BUILDING,
                transaction=mark.transaction,
                entry=mark.entry,
                holder=holder,
                lease_until=timezone.now() + LEASE,
            )
    except IntegrityError as error:
        raise EngineBusy from error
    row.refresh_from_db()
    return row if taken and row.holder == holder else None


def renew(row: IndexGeneration) -> None:
    """Show that it is still being filled. Raises EngineBusy when somebody gave it up meanwhile."""
    if not _held(row).update(lease_until=timezone.now() + LEASE):
        raise EngineBusy(row.name)


def _held(row: IndexGeneration) -> QuerySet[IndexGeneration]:
    return IndexGeneration.objects.filter(pk=row.pk, state=GenerationState.BUILDING, holder=row.holder)


def promote(row: IndexGeneration, shared: SharedEngine) -> None:
    """Let a filled generation answer, and keep the one before. Raises EngineBusy when somebody gave it up meanwhile."""
    with transaction.atomic():
        if not _held(row).exists():
            raise EngineBusy(row.name)
        _move(GenerationState.FORMER, GenerationState.LEAVING)
        _move(GenerationState.CURRENT, GenerationState.FORMER)
        _held(row).update(state=GenerationState.CURRENT, behind=False, holder="", lease_until=None)
        _begin_at(shared.name, Position(row.transaction, row.entry))
        # Last, so that a server that refuses leaves everything as it was.
        shared.point_to(row.name)
    logger.info("search.generation_answers", generation=row.name)


def _begin_at(index: str, mark: Position) -> None:
    """Go on where the copying began, if the log no longer has what follows the place that was reached."""
    cursor = lease.of(index)
    if log.missed(log.position_of(cursor), index=index, node=lease.NODE):
        Cursor.objects.filter(pk=cursor.pk).update(
            transaction=mark.transaction, entry=mark.entry, heartbeat_at=timezone.now()
        )


def _move(before: GenerationState, after: GenerationState) -> None:
    IndexGeneration.objects.filter(state=before).update(state=after)


def give_up(row: IndexGeneration, *, to: GenerationState = GenerationState.LEAVING) -> None:
    """End the filling without using it."""
    _held(row).update(state=to, holder="", lease_until=None)


def _give_up_dead() -> None:
    """Give up what a process that was killed had begun to fill."""
    dead = IndexGeneration.objects.filter(state=GenerationState.BUILDING, lease_until__lt=timezone.now())
    dead.update(state=GenerationState.LEAVING, holder="", lease_until=None)


def _point_again(shared: SharedEngine) -> None:
    """Let the current generation answer; held, so that whoever changes which one that is has done so in full or not at all."""
    with transaction.atomic():
        current = IndexGeneration.objects.select_for_update().filter(state=GenerationState.CURRENT).first()
        if current is not None and shared.pointed_to() != current.name:
            shared.point_to(current.name)


def bring_in_line(shared: SharedEngine) -> None:
    """Let the server do what is written down: the right generation answers, what left is deleted.

    A generation that somebody deleted on the server leaves too; whoever feeds then finds that a rebuild is needed.
    """
    _give_up_dead()
    for row in IndexGeneration.objects.filter(state__in=IN_USE).exclude(fingerprint=""):
        if shared.fingerprint_of(row.name) is None:
            logger.warning("search.generation_gone", generation=row.name)
            IndexGeneration.objects.filter(pk=row.pk).update(state=GenerationState.LEAVING)
    pointed_to, current = shared.pointed_to(), in_state(GenerationState.CURRENT)
    if current is not None and pointed_to != current.name:
        _point_again(shared)
    for row in IndexGeneration.objects.filter(state=GenerationState.LEAVING):
        shared.drop(row.name)
        row.delete()
