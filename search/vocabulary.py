"""Words of the field: what a Latin question may mean, which pieces of a question belong together, what was meant."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from search.analysis import fold, runs
from search.pinyin import initials, readings
from search.word_lists import WordList, own_text, written_words

# Two letters are the initials of half the words.
SHORTEST_INITIALS = 3
MOST_MEANT = 8


class Vocabulary(WordList):
    """Words of the field, folded; only those that are one run of letters and digits can stand in a text as they are."""

    def __init__(self, words: Iterable[str]) -> None:
        folded = dict.fromkeys(map(fold, words))
        super().__init__(word for word in folded if len(word) > 1 and runs(word) == [word])
        self._sounding: dict[str, list[str]] | None = None

    def sounding(self, letters: str) -> tuple[str, ...]:
        """Return up to eight words that are pronounced like the letters or have them as initials (three or more)."""
        if self._sounding is None:
            self._sounding = self._by_sound()
        return tuple(self._sounding.get(letters, ())[:MOST_MEANT])

    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in sorted(self.words):
            # A word that is partly Latin has no syllable for each character.
            spoken = {"".join(reading) for reading in readings(word) if len(reading) == len(word)}
            for letters in spoken | {each for each in initials(word) if len(each) >= SHORTEST_INITIALS}:
                found.setdefault(letters, []).append(word)
        return found


# Words of whoever runs this site, told once when a process starts.
_own_words: list[str] = []


def also_know(path: Path) -> bool:
    """Take the words of a file beside ours, for this process; tell whether it could be read."""
    try:
        _own_words.extend(written_words(path.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False
    vocabulary.cache_clear()
    return True


@cache
def vocabulary() -> Vocabulary:
    """Return the words that every search of this process knows."""
    return Vocabulary([*written_words(own_text("words.txt")), *_own_words])
