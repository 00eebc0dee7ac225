"""Registry of what each room stores about a person, for "my data": see, export, dispute."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from cms.accounts.models import User


@dataclass(frozen=True)
class PersonalDataSource:
    """One kind of records about a person; `collect` returns JSON-ready dicts, oldest first."""

    slug: str
    label: str | Promise
    reason: str | Promise
    kept: str | Promise
    collect: "Callable[[User], Iterable[dict[str, Any]]]"


_sources: dict[str, PersonalDataSource] = {}


def register_personal_data(source: PersonalDataSource) -> None:
    """Make a room's records visible on the "my data" page and in the export; call it in apps.ready."""
    _sources[source.slug] = source


def personal_data_sources() -> list[PersonalDataSource]:
    """Return all registered sources, sorted by slug."""
    return [_sources[slug] for slug in sorted(_sources)]
