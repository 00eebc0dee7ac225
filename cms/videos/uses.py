"""Who uses a video: rooms above register how they find out, since this room does not know them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cms.videos.models import Video


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows a video or is going to."""

    video_id: int
    label: str
    url: str
    # Whether readers or reviewers look at it now, so that not even its conversion may be stopped.
    shown: bool


FindUses = Callable[[Collection[int]], Iterable[Use]]
FindHandedIn = Callable[["Video"], bool]
_finders: list[tuple[FindUses, FindHandedIn]] = []


def register_uses(find: FindUses, handed_in: FindHandedIn) -> None:
    """Register a room: `find(video keys)` names the uses, `handed_in(video)` whether it was ever given to reviewers."""
    _finders.append((find, handed_in))


def uses_of(keys: Collection[int]) -> dict[int, list[Use]]:
    """Return the uses of many videos by key; the number of queries does not depend on how many."""
    found: dict[int, list[Use]] = {key: [] for key in keys}
    for find, _handed_in in _finders:
        for use in find(keys):
            found[use.video_id].append(use)
    return found


def was_handed_in(video: "Video") -> bool:
    """Return whether the owner gave the video to reviewers, now or earlier, and did not take it back."""
    return any(handed_in(video) for _find, handed_in in _finders)
