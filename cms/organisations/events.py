"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DutiesChanged:
    """A person was given a duty, or lost one."""

    user_id: int


@dataclass(frozen=True, slots=True)
class SubtreeChanged:
    """An organisation was renamed or moved; `path` is where it and everything below it stand now."""

    path: str


@dataclass(frozen=True, slots=True)
class OrganisationClosed:
    """An organisation was closed; what it had agreed with others still stands."""

    organisation_id: int


@dataclass(frozen=True, slots=True)
class OrganisationReopened:
    """An organisation that was closed is open again, with its history."""

    organisation_id: int
