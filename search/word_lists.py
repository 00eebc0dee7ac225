"""Lists of words in files, and finding their words in a text: the longest that begins at each place."""

from collections.abc import Iterable, Iterator
from importlib import resources

# A word list is written by hand; a whole dictionary given by mistake must not slow every question down.
MAX_WORDS = 5_000
MAX_WORD_CHARS = 32


class WordList:
    """Folded words; asks no dictionary and takes time by the length of the text, not of the list."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def inside(self, folded: str) -> tuple[tuple[int, int], ...]:
        """Return where words of the list stand, left to right, the longest at each place, none over another."""
        found: list[tuple[int, int]] = []
        start = 0
        while start < len(folded):
            end = self._end(folded, start)
            if end:
                found.append((start, end))
            start = end or start + 1
        return tuple(found)

    def _end(self, folded: str, start: int) -> int:
        for length in self._lengths.get(folded[start], ()):
            if start + length <= len(folded) and folded[start : start + length] in self.words:
                return start + length
        return 0


def own_text(name: str) -> str:
    """Return the text of one of our own lists in search/data."""
    return resources.files("search").joinpath("data", name).read_text(encoding="utf-8")


def written_words(text: str) -> Iterator[str]:
    """Yield the words of a list: one on each line, "#" begins a remark, words that are too long are left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines()[:MAX_WORDS])
    return (line for line in lines if 0 < len(line) <= MAX_WORD_CHARS)
