"""Pinyin for titles and names: what is indexed, and how a Latin question is read as syllables.

Only short texts are worth it (a body takes a second per 80,000 characters and would match everything).
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product

# pypinyin reads its dictionaries (a quarter of a second) when it is imported: only where a reading is asked for.

_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# Names and places are short; there every reading of every character counts (曾 zeng and ceng, 朝 zhao and chao). In
# longer runs the words around a character mostly settle how it is read, so only one at a time is read otherwise.
_ALL_READINGS_UP_TO = 4
_MAX_READINGS = 12
_MAX_READINGS_OF_LONG = 5
_MAX_WAYS = 1000
_MAX_SPLITS = 12
_MAX_LETTERS = 60
_LONGEST_SYLLABLE = 6


def _readings(run: str) -> list[tuple[str, ...]]:
    """Return the readings of a run of Han characters, the most likely one first; a handful of a long run."""
    from pypinyin import Style, pinyin

    choices = [
        list(dict.fromkeys(map(_plain, each)))
        for each in pinyin(run, style=Style.NORMAL, heteronym=True, errors="ignore")
    ]
    likely = tuple(each[0] for each in choices)
    if len(run) <= _ALL_READINGS_UP_TO:
        return list(islice(dict.fromkeys([likely, *_every_way(choices)]), _MAX_READINGS))
    return [likely, *islice(_one_otherwise(choices), _MAX_READINGS_OF_LONG - 1)]


def _every_way(choices: list[list[str]]) -> list[tuple[str, ...]]:
    """Return all combinations, those with the fewest unlikely readings first."""
    ways = product(*(list(enumerate(each)) for each in choices))
    ordered = sorted(islice(ways, _MAX_WAYS), key=lambda way: sum(place > 0 for place, _syllable in way))
    return [tuple(syllable for _place, syllable in way) for way in ordered]


def _one_otherwise(choices: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the likely reading with one character read in its second way, then with one in its third, and so on."""
    likely = [each[0] for each in choices]
    for place in range(1, max(map(len, choices), default=0)):
        for position, each in enumerate(choices):
            if len(each) > place:
                yield (*likely[:position], each[place], *likely[position + 1 :])


def _plain(syllable: str) -> str:
    """Write ü as people type it."""
    return syllable.replace("ü", "v")


@lru_cache(maxsize=8192)
def readings(folded: str) -> tuple[tuple[str, ...], ...]:
    """Return the syllables of each Han run of a folded title or name, in more than one way where they have one."""
    return tuple(reading for run in _HAN_RUN.findall(folded) for reading in _readings(run) if reading)


@lru_cache(maxsize=8192)
def sounds(character: str) -> frozenset[str]:
    """Return every syllable that a Han character may be, nothing for other characters."""
    from pypinyin import Style, pinyin

    if not _HAN_RUN.match(character):
        return frozenset()
    choices = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(_plain(syllable) for each in choices for syllable in each)


def syllable_text(folded: str) -> str:
    """Return the readings for an index of syllables; "0" stands between two readings so that no phrase spans them."""
    return " 0 ".join(" ".join(reading) for reading in readings(folded))


def initials(folded: str) -> tuple[str, ...]:
    """Return the first letters of each reading, joined: 延安精神 gives yajs."""
    return tuple(dict.fromkeys("".join(syllable[0] for syllable in reading) for reading in readings(folded)))


@cache
def _syllables() -> frozenset[str]:
    """Return every syllable that some character has, without tones."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    marked = {reading for all_readings in PINYIN_DICT.values() for reading in all_readings.split(",")}
    plain = {_plain(convert(reading, Style.NORMAL, strict=False)) for reading in marked}
    # Interjections read as bare consonants would split any word into letters.
    return frozenset(
        syllable for syllable in plain if re.fullmatch("[a-z]+", syllable) and re.search("[aeiouv]", syllable)
    )


def _splits(letters: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut letters into syllables, longest first; the last piece may be a beginning."""
    dead: set[int] = set()

    def walk(start: int) -> Iterator[tuple[str, ...]]:
        if start == len(letters):
            yield ()
            return
        if start in dead:
            return
        found = False
        for end in range(min(len(letters), start + _LONGEST_SYLLABLE), start, -1):
            piece = letters[start:end]
            if piece in _syllables() or (end == len(letters) and _begins_syllable(piece)):
                for rest in walk(end):
                    found = True
                    yield (piece, *rest)
        if not found:
            dead.add(start)

    yield from walk(0)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(syllable[:length] for syllable in _syllables() for length in range(1, len(syllable)))


def _begins_syllable(piece: str) -> bool:
    return piece in _beginnings()


def splits(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return up to twelve readings of joined letters as syllables; nothing when they are no pinyin.

    The last syllable of each may be unfinished ("yanj" → yan, j).
    """
    if not letters or len(letters) > _MAX_LETTERS or not (letters.isascii() and letters.isalpha()):
        return ()
    return tuple(islice(_splits(letters), _MAX_SPLITS))


def syllable_spans(folded: str, letters: str) -> list[tuple[int, int]]:
    """Return where the folded text is pronounced like the letters, or begins its syllables with them."""
    found: dict[tuple[int, int], None] = {}
    for run in _HAN_RUN.finditer(folded):
        for reading in _readings_of(run[0]):
            for start in range(len(reading)):
                length = _pronounced_length(reading[start:], letters)
                if length:
                    found[run.start() + start, run.start() + start + length] = None
    return list(found)


def _readings_of(run: str) -> list[tuple[str, ...]]:
    """Return the readings that have one syllable for each character."""
    return [reading for reading in readings(run) if len(reading) == len(run)]


def _pronounced_length(reading: tuple[str, ...], letters: str) -> int:
    """Return how many syllables the letters cover from the start, 0 when they are something else."""
    joined = ""
    for count, syllable in enumerate(reading, start=1):
        joined += syllable
        if joined.startswith(letters):
            return count
        if not letters.startswith(joined):
            break
    firsts = "".join(syllable[0] for syllable in reading)
    return len(letters) if len(letters) > 1 and firsts.startswith(letters) else 0
