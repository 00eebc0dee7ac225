"""Registry of what each room stores about a person, for "my data": see, export, dispute."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from cms.accounts.models import User


class Records:
    """Rows of a table as records, oldest first: read as a whole for the export, counted and cut for the page."""

    def __init__(self, rows: QuerySet[Any], describe: Callable[[Any], dict[str, Any]]) -> None:
        self.rows = rows
        self.describe = describe

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.describe, self.rows)

    def glance(self, most: int) -> tuple[int, list[dict[str, Any]]]:
        """Return how many there are and the last ones; only these are read."""
        newest = list(self.rows.reverse()[:most])
        return self.rows.count(), [self.describe(row) for row in reversed(newest)]


@dataclass(frozen=True)
class PersonalDataSource:
    """One kind of records about a person; `collect` returns JSON-ready dicts, oldest first: Records where there may be many."""

    slug: str
    label: str | Promise
    reason: str | Promise
    kept: str | Promise
    collect: "Callable[[User], Iterable[dict[str, Any]]]"

    def glance(self, user: "User", most: int) -> tuple[int, list[dict[str, Any]]]:
        """Return how many records there are about the person, and the last ones."""
        records = self.collect(user)
        if isinstance(records, Records):
            return records.glance(most)
        found = list(records)
        return len(found), found[-most:]


_sources: dict[str, PersonalDataSource] = {}


def register_personal_data(source: PersonalDataSource) -> None:
    """Make a room's records visible on the "my data" page and in the export; call it in apps.ready."""
    _sources[source.slug] = source


def personal_data_sources() -> list[PersonalDataSource]:
    """Return all registered sources, sorted by slug."""
    return [_sources[slug] for slug in sorted(_sources)]
