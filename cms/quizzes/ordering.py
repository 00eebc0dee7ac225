"""The order in which options are shown: shuffled, and the same each time the same paper is shown."""

import hashlib


def shown_order(count: int, seed: str, *, shuffled: bool = True) -> list[int]:
    """Return the frozen positions in the order to show; the seed alone decides, on any machine and version."""
    positions = list(range(count))
    if not shuffled:
        return positions
    return sorted(positions, key=lambda position: hashlib.sha256(f"{seed}:{position}".encode()).digest())
