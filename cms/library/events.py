"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagePublished:
    """A version of an editorial page is shown from now on."""

    page_id: int


@dataclass(frozen=True, slots=True)
class PageHidden:
    """An editorial page is no longer shown."""

    page_id: int
