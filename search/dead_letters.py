"""Documents that cannot be built or that an index refuses: kept with the reason, tried again, shown to operators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q
from django.utils import timezone

from search.models import DeadLetter
from search.outbox import Key, record_change

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(days=1)
ERROR_CHARS = 2000
# So many are named in one question to the database.
AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadDocument:
    """One object with what its last failures said, the newest first; `letter` is the newest one's key."""

    letter: int
    kind: str
    pk: str
    indexes: tuple[str, ...]
    attempts: int
    failed_at: datetime
    retry_at: datetime
    error: str

    @property
    def error_kind(self) -> str:
        """What kind of error it was, without words that may tell of a person."""
        return self.error.partition(":")[0]


def dead_documents(limit: int | None = None) -> list[DeadDocument]:
    """Return the objects that some index does not hold for a failure, those that failed last first."""
    by_object: dict[Key, list[DeadLetter]] = {}
    letters = DeadLetter.objects.order_by("-failed_at", "pk")
    # An object has one for each index at most, and of indexes there are two.
    for letter in letters[: 2 * limit] if limit else letters:
        by_object.setdefault((letter.kind, letter.object_id), []).append(letter)
    found = [_as_document(several) for several in by_object.values()]
    return found[:limit]


def count_dead() -> int:
    """Return how many objects some index does not hold for a failure."""
    return DeadLetter.objects.values("kind", "object_id").distinct().count()


def _as_document(letters: list[DeadLetter]) -> DeadDocument:
    newest = letters[0]
    return DeadDocument(
        letter=newest.pk,
        kind=newest.kind,
        pk=newest.object_id,
        indexes=tuple(sorted(letter.index for letter in letters)),
        attempts=max(letter.attempts for letter in letters),
        failed_at=newest.failed_at,
        retry_at=min(letter.retry_at for letter in letters),
        error=newest.error,
    )


def dead_objects(index: str) -> set[Key]:
    """Return the objects whose last writing failed."""
    return set(DeadLetter.objects.filter(index=index).values_list("kind", "object_id"))


def unbury(kind: str, pk: str, *, index: str) -> None:
    """Forget the failure: the document is in the index again, or gone for good."""
    DeadLetter.objects.filter(index=index, kind=kind, object_id=pk).delete()


def bury(kind: str, pk: str, error: str, *, index: str) -> None:
    """Keep the failure with the time of the next try: a minute, then twice as long each time, at most a day."""
    now = timezone.now()
    letter, created = DeadLetter.objects.get_or_create(
        index=index, kind=kind, object_id=pk, defaults={"error": "", "failed_at": now, "retry_at": now}
    )
    letter.attempts = 1 if created else letter.attempts + 1
    letter.error = error[:ERROR_CHARS].replace("\x00", "")
    letter.failed_at = now
    letter.retry_at = now + min(FIRST_RETRY * 2 ** min(letter.attempts - 1, 20), LAST_RETRY)
    letter.save()


def retry_due() -> int:
    """Put objects whose next try is due back into the log; return how many."""
    return _try_again(DeadLetter.objects.filter(retry_at__lte=timezone.now()).values_list("kind", "object_id"))


def retry(objects: Iterable[Key]) -> int:
    """Put those of the objects that failed back into the log, whenever their next try is due; return how many."""
    wanted = iter(sorted(set(objects)))
    tried = 0
    while some := list(islice(wanted, AT_ONCE)):
        named = reduce(or_, (Q(kind=kind, object_id=pk) for kind, pk in some))
        tried += _try_again(DeadLetter.objects.filter(named).values_list("kind", "object_id"))
    return tried


def _try_again(objects: Iterable[Key]) -> int:
    keys = sorted(set(objects))
    for kind, pk in keys:
        # The next failure moves the time on; until then a second call must not queue the same object again.
        DeadLetter.objects.filter(kind=kind, object_id=pk).update(retry_at=timezone.now() + FIRST_RETRY)
        record_change(kind, pk)
    return len(keys)
