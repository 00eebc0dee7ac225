"""Which generations a shared index has: what is written down here is what holds, and the server is brought in line."""

import uuid
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from search import lease, log
from search.engines.protocol import EngineAway, EngineBusy, Position, SharedEngine
from search.models import Cursor, GenerationState, IndexGeneration, IndexOwner

logger = structlog.get_logger(__name__)

# Filling is given up for dead after this silence: four times the longest that one answer of the server is waited for.
LEASE = timedelta(seconds=120)
IN_USE = (GenerationState.BUILDING, GenerationState.CURRENT, GenerationState.FORMER)


def in_state(state: GenerationState) -> IndexGeneration | None:
    """Return the generation in a state that one alone can have."""
    return IndexGeneration.objects.filter(state=state).first()


def own_mark() -> str:
    """Return the mark that indexes of this site bear."""
    return IndexOwner.objects.get_or_create(id=1, defaults={"mark": uuid.uuid4().hex})[0].mark


def is_one_answering() -> bool:
    """Tell whether this site has an index there: what answers else under its name may be another site's."""
    return IndexGeneration.objects.filter(state=GenerationState.CURRENT).exists()


def refuse_stranger(shared: SharedEngine, pointed_to: str | None) -> None:
    """Raise EngineAway when another site's index answers under this site's name: two sites would take it from each other."""
    if pointed_to is not None and shared.owners().get(pointed_to, "") not in {"", own_mark()}:
        raise EngineAway(f"{pointed_to} is another site's: each needs a WEIKE_ELASTICSEARCH_PREFIX of its own")


def drop_strays(shared: SharedEngine) -> None:
    """Delete generations of this site that nothing here tells of, as after a backup was put back."""
    ours = own_mark()
    # Read after the server was asked: what is made is written down first.
    found = [name for name, owner in shared.owners().items() if owner == ours]
    known = set(IndexGeneration.objects.values_list("name", flat=True))
    for name in found:
        if name not in known:
            logger.warning("search.stray_dropped", generation=name)
            shared.drop(name)


def fed(fingerprint: str) -> list[str]:
    """Return the generations that every batch goes to: the one in use and the one that is filled, if this code made them."""
    states = (GenerationState.CURRENT, GenerationState.BUILDING)
    return sorted(
        IndexGeneration.objects.filter(state__in=states, fingerprint=fingerprint).values_list("name", flat=True)
    )


def stranger(fingerprint: str) -> str | None:
    """Return the generation in use where other code made it: this code cannot write documents into it."""
    current = in_state(GenerationState.CURRENT)
    return None if current is None or current.fingerprint == fingerprint else current.name


def note_gap() -> None:
    """Remember that changes went by which nobody was given: what is filled now has read the database after them."""
    IndexGeneration.objects.filter(state__in=[GenerationState.CURRENT, GenerationState.FORMER]).update(behind=True)


def note_left_out(names: list[str]) -> None:
    """Remember that all other generations were not given a batch."""
    IndexGeneration.objects.filter(behind=False).exclude(name__in=names).exclude(fingerprint="").update(behind=True)


def needs_rebuild(fingerprint: str) -> bool:
    """Tell whether what answers is not there, was made by other code or has missed changes, and nobody is at it."""
    current = in_state(GenerationState.CURRENT)
    if current is not None and current.fingerprint == fingerprint and not current.behind:
        return False
    return in_state(GenerationState.BUILDING) is None


def was_replaced(fingerprint: str) -> bool:
    """Tell whether this code made an index that other code then replaced: two versions are at work, or one was put back."""
    former = in_state(GenerationState.FORMER)
    return stranger(fingerprint) is not None and former is not None and former.fingerprint == fingerprint


def begin(shared: SharedEngine) -> IndexGeneration:
    """Make a new generation to be filled beside the one in use; from now on every batch goes to it too.

    Raises EngineBusy while another one is filled.
    """
    _give_up_dead()
    now, holder = timezone.now(), uuid.uuid4().hex
    try:
        with transaction.atomic():
            row = IndexGeneration.objects.create(
                name=f"{now:%Y%m%d%H%M%S}-{holder[:8]}",
                state=GenerationState.BUILDING,
                made_at=now,
                holder=holder,
                lease_until=now + LEASE,
            )
    except IntegrityError as error:
        raise EngineBusy from error
    try:
        shared.create(row.name, owner=own_mark())
    except BaseException:
        give_up(row)
        raise
    mark_beginning(row, shared)
    return row


def mark_beginning(row: IndexGeneration, shared: SharedEngine) -> None:
    """Note where in the log the filling begins, keep the log from there on, and have the generation fed."""
    row.fingerprint, mark = shared.fingerprint(), log.newest()
    row.transaction, row.entry = mark.transaction, mark.entry
    _keep_log(row, shared)
    _held(row).update(fingerprint=row.fingerprint, transaction=mark.transaction, entry=mark.entry)


def end_reading(shared: SharedEngine) -> None:
    """Let the log be purged again, when nothing is filled."""
    if in_state(GenerationState.BUILDING) is None:
        log.retire(index=_reader_of(shared), node=lease.NODE)


def _reader_of(shared: SharedEngine) -> str:
    return f"{shared.name}-rebuild"


def take_former(shared: SharedEngine) -> IndexGeneration | None:
    """Have the one before filled again, to be used; None when there is none that this code made.

    Raises EngineBusy while another one is filled.
    """
    _give_up_dead()
    row = in_state(GenerationState.FORMER)
    ours = shared.fingerprint()
    if row is None or row.fingerprint != ours or shared.fingerprint_of(row.name) != ours:
        return None
    holder = uuid.uuid4().hex
    try:
        with transaction.atomic():
            taken = IndexGeneration.objects.filter(pk=row.pk, state=GenerationState.FORMER).update(
                state=GenerationState.BUILDING, taken_back=True, holder=holder, lease_until=timezone.now() + LEASE
            )
    except IntegrityError as error:
        raise EngineBusy from error
    if not taken:
        return None
    row.refresh_from_db()
    mark_beginning(row, shared)
    return row


def renew(row: IndexGeneration, shared: SharedEngine) -> None:
    """Show that it is still being filled. Raises EngineBusy when somebody gave it up meanwhile."""
    if not _held(row).update(lease_until=timezone.now() + LEASE):
        raise EngineBusy(row.name)
    _keep_log(row, shared)


def _keep_log(row: IndexGeneration, shared: SharedEngine) -> None:
    """Keep the log from being purged under the filling's feet: it is a reader of its own."""
    log.publish(Position(row.transaction, row.entry), index=_reader_of(shared), node=lease.NODE)


def _held(row: IndexGeneration) -> QuerySet[IndexGeneration]:
    return IndexGeneration.objects.filter(pk=row.pk, state=GenerationState.BUILDING, holder=row.holder)


def promote(row: IndexGeneration, shared: SharedEngine) -> None:
    """Let a filled generation answer, and keep the one before. Raises EngineBusy when somebody gave it up meanwhile.

    The server is asked first and outside of any transaction: nobody's save waits for it. Whoever dies in between, or was
    given up, leaves an alias that the next feeder moves to where it belongs.
    """
    renew(row, shared)
    shared.point_to(row.name)
    with transaction.atomic():
        _move(GenerationState.FORMER, GenerationState.LEAVING)
        _move(GenerationState.CURRENT, GenerationState.FORMER)
        promoted = _held(row).update(
            state=GenerationState.CURRENT, behind=False, taken_back=False, holder="", lease_until=None
        )
        if not promoted:
            raise EngineBusy(row.name)
        _begin_at(shared.name, Position(row.transaction, row.entry))
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


def give_up(row: IndexGeneration) -> None:
    """End the filling without using it; one that was in use before is kept as that."""
    _let_go(_held(row))


def _give_up_dead() -> None:
    """Give up what a process that was killed had begun to fill."""
    _let_go(IndexGeneration.objects.filter(state=GenerationState.BUILDING, lease_until__lt=timezone.now()))


def _let_go(rows: QuerySet[IndexGeneration]) -> None:
    rows.update(
        state=Case(When(taken_back=True, then=Value(GenerationState.FORMER)), default=Value(GenerationState.LEAVING)),
        taken_back=False,
        holder="",
        lease_until=None,
    )


def bring_in_line(shared: SharedEngine) -> None:
    """Let the server do what is written down: the right generation answers, what left is deleted.

    A generation that somebody deleted on the server leaves too; whoever feeds then finds that a rebuild is needed.
    """
    _give_up_dead()
    for row in IndexGeneration.objects.filter(state__in=IN_USE).exclude(fingerprint=""):
        if shared.fingerprint_of(row.name) is None:
            logger.warning("search.generation_gone", generation=row.name)
            IndexGeneration.objects.filter(pk=row.pk).update(state=GenerationState.LEAVING)
    end_reading(shared)
    pointed_to, current = shared.pointed_to(), in_state(GenerationState.CURRENT)
    if current is None or pointed_to != current.name:
        refuse_stranger(shared, pointed_to)
    # Read once more afterwards: another one may have begun to answer meanwhile.
    while (current := in_state(GenerationState.CURRENT)) is not None and pointed_to != current.name:
        shared.point_to(current.name)
        pointed_to = current.name
    for row in IndexGeneration.objects.filter(state=GenerationState.LEAVING):
        # A feeder that was stopped may have let it answer once more; the next round mends that.
        if shared.pointed_to() != row.name or current is None:
            shared.drop(row.name)
            row.delete()
