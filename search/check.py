"""Comparing the index with the database."""

from dataclasses import dataclass, replace

from search import log
from search.configured import local_engine
from search.drain import drain
from search.encoding import digest, encode
from search.models import Cursor, DeadLetter
from search.outbox import record_change, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Differences as "kind:key". `waiting` counts changes that no index has read, `dead` what cannot be built."""

    documents: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    dead: tuple[str, ...]
    waiting: int
    repaired: int = 0

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs and nothing waits."""
        return not (self.missing or self.stale or self.orphaned or self.dead or self.waiting)


def check_index() -> CheckReport:
    """Compare every document of the database with the index of this node; objects that cannot be built are listed."""
    engine = local_engine()
    held = {(each.kind, each.pk): each.digest for each in engine.indexed()}
    wanted, dead = _wanted()
    cursor = Cursor.objects.filter(index=engine.name, node=engine.node()).first()
    buried = {f"{letter.kind}:{letter.object_id}" for letter in DeadLetter.objects.filter(index=engine.name)}
    return CheckReport(
        documents=len(held),
        missing=_names(wanted.keys() - held.keys()),
        stale=_names({each for each in wanted.keys() & held.keys() if wanted[each] != held[each]}),
        orphaned=_names(held.keys() - wanted.keys()),
        dead=tuple(sorted(buried | dead)),
        waiting=log.waiting(log.position_of(cursor)),
    )


def repair_index(report: CheckReport) -> int:
    """Record a change for each object that differs and drain; return how many were recorded."""
    different = [name.split(":", 1) for name in (*report.missing, *report.stale, *report.orphaned)]
    for kind, pk in different:
        record_change(kind, pk)
    while (done := drain()).waiting and done.indexed + done.removed + done.failed:
        pass
    return len(different)


def _wanted() -> tuple[dict[tuple[str, str], str], set[str]]:
    """Return the fingerprint of every document that should be there, and the objects that cannot be built."""
    wanted: dict[tuple[str, str], str] = {}
    dead: set[str] = set()
    for kind, source in sources().items():
        for pk in source.iterate():
            try:
                doc = source.document(pk)
            except Exception:  # noqa: BLE001  # a check lists whatever breaks and goes on
                dead.add(f"{kind}:{pk}")
                continue
            if doc is not None:
                wanted[kind, str(pk)] = digest(encode(replace(doc, kind=kind, pk=str(pk))))
    return wanted, dead


def _names(objects: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{kind}:{pk}" for kind, pk in objects))
