"""Which characters are taken for each other: by ear, with the sounds that many regions do not tell apart, or by eye."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from search.pinyin import sounds
from search.word_lists import own_text, written_words

# Beginnings and endings of syllables that people mix up: zh and z, ch and c, sh and s, n and l; -ng and -n.
_MIXED_UP = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("ng$"), "n"))


@lru_cache(maxsize=8192)
def _heard(character: str) -> frozenset[str]:
    """Return the sounds of a character, one for those that are mixed up."""
    heard = sounds(character)
    for written, plain in _MIXED_UP:
        heard = frozenset(written.sub(plain, syllable) for syllable in heard)
    return heard


@cache
def _looks() -> Mapping[str, frozenset[str]]:
    """Return the characters that look like each character."""
    looks: dict[str, frozenset[str]] = {}
    for group in written_words(own_text("shapes.txt")):
        for character in group:
            looks[character] = looks.get(character, frozenset()) | set(group)
    return looks


def alike(one: str, other: str) -> bool:
    """Tell whether one Han character is easily taken for the other, by ear or by eye; every one is like itself."""
    return one == other or not _heard(one).isdisjoint(_heard(other)) or other in _looks().get(one, ())
