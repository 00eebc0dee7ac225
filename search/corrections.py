"""What may have been meant: characters that sound the same, or one slip of the hand.

A correction is looked for in words of the field and in texts that were found anyway; it is offered, never put in the
place of what was typed. Numbers are never corrected: another year is another year. Nor is one Han character ever put in
the place of another that neither sounds nor looks like it: that is another word (团日, 党日), and no slip.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from search.analysis import Terms, is_cjk, runs
from search.likeness import alike
from search.pinyin import sounds
from search.vocabulary import Vocabulary, vocabulary

# Each word costs looks into the index and comparisons; nobody mistypes one of many words and looks for all of them.
MOST_WORDS = 4
SHORTEST_FOR_A_SLIP = 3
# Within a longer run a word must be so long to be taken for what was meant: short ones sound alike too often.
SHORTEST_INSIDE = 3
# Whoever writes more in one breath wrote a sentence; its pieces are found anyway.
LONGEST_CORRECTED = 30
# Characters that slip in between words and mean nothing by themselves.
PARTICLES = "的地得了之"


def same_sound(run: str, folded: str) -> str | None:
    """Return the first piece of the text that is pronounced like the run, None when the run itself stands there."""
    return None if run in folded else next(_heard(run, folded), None)


def _heard(run: str, folded: str) -> Iterator[str]:
    """Yield the pieces of the text with a common sound in every place; one character sounds like dozens of others."""
    wanted = [sounds(character) for character in run]
    if len(wanted) > 1 and all(wanted):
        heard = frozenset[str]().union(*wanted)
        spoken = {each: mine for each in set(folded) if not heard.isdisjoint(mine := sounds(each))}
        alike = ["".join(each for each, mine in spoken.items() if mine & sound) for sound in wanted]
        if all(alike):
            yield from re.findall("".join(f"[{characters}]" for characters in alike), folded)


def nearest(run: str, folded: str) -> str | None:
    """Return the piece of the text that one slip makes of the run: a character more, less, another, or two swapped.

    The run itself, where it stands there. Another Han character counts only where it is alike. A slip at an end of the
    run counts only where the text has an end too, so that no word is cut; a Latin word is compared with whole words.
    None for runs of less than three characters.
    """
    if len(run) < SHORTEST_FOR_A_SLIP:
        return None
    if run in folded:
        return run
    # The whole text rather than a part of it, then as many characters rather than one more or less.
    found = [
        (end - start != len(folded), abs(end - start - len(run)), start, end) for start, end in _near(run, folded)
    ]
    if not found:
        return None
    _part, _difference, start, end = min(found)
    return folded[start:end]


def _near(run: str, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the places of pieces one slip away. Half of the run stands there unchanged, or two neighbours are swapped."""
    half = len(run) // 2
    places = {(at + shift, at + shift + len(run) + more) for at, shift, more in _anchors(run, half, folded)}
    for position in range(len(run) - 1):
        swapped = run[:position] + run[position + 1] + run[position] + run[position + 2 :]
        places |= {(at, at + len(run)) for at in _places(swapped, folded)}
    for start, end in places:
        if start >= 0 and end <= len(folded) and _is_slip(run, folded, start, end):
            yield start, end


def _anchors(run: str, half: int, folded: str) -> Iterator[tuple[int, int, int]]:
    """Yield where a half stands, how far before it the piece begins, and by how much the piece is longer."""
    for more in (-1, 0, 1):
        yield from ((at, 0, more) for at in _places(run[:half], folded))
        yield from ((at, -(half + more), more) for at in _places(run[half:], folded))


def _places(needle: str, folded: str) -> Iterator[int]:
    at = folded.find(needle)
    while at >= 0:
        yield at
        at = folded.find(needle, at + 1)


def _is_slip(run: str, folded: str, start: int, end: int) -> bool:
    piece = folded[start:end]
    if runs(piece) != [piece] or _digits(run) != _digits(piece):
        return False
    before, after = _ends_alike(run, piece)
    slips = max(len(run), len(piece)) - before - after
    swapped = len(run) == len(piece) and slips == 2 and sorted(run) == sorted(piece)  # noqa: PLR2004  # two neighbours
    if len(run) == len(piece) and slips == 1 and not _taken_for(run[before], piece[before]):
        return False
    begins = start == 0 or not _continues(folded[start - 1], piece)
    ends = end == len(folded) or not _continues(folded[end], piece)
    if not is_cjk(piece):
        return (slips <= 1 or swapped) and begins and ends
    return swapped or (slips <= 1 and (begins or before > 0) and (ends or after > 0))


def _taken_for(one: str, other: str) -> bool:
    """Tell whether a hand may write one for the other: any letter for any letter, a Han character for one alike."""
    return alike(one, other) if is_cjk(one) or is_cjk(other) else True


def _slipped_in(typed: str, meant: str) -> bool:
    """Tell whether no character was typed too many, or one that says nothing: a particle, or its neighbour twice."""
    if len(typed) <= len(meant):
        return True
    at = _ends_alike(typed, meant)[0]
    neighbours = typed[max(at - 1, 0) : at] + typed[at + 1 : at + 2]
    return not is_cjk(typed[at]) or typed[at] in PARTICLES or any(alike(typed[at], each) for each in neighbours)


def _ends_alike(run: str, piece: str) -> tuple[int, int]:
    """Return how many characters are the same from the start, and how many of the others from the end."""
    shorter = min(len(run), len(piece))
    before = next((place for place in range(shorter) if run[place] != piece[place]), shorter)
    left = shorter - before
    after = next((place for place in range(left) if run[-1 - place] != piece[-1 - place]), left)
    return before, after


def _continues(neighbour: str, piece: str) -> bool:
    """Tell whether a word goes on beyond the piece: a Latin one with letters, a CJK one with anything that is written."""
    return neighbour.isalnum() and (is_cjk(piece) or not is_cjk(neighbour))


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def _numbers(text: str) -> list[str]:
    """Return digits and the characters that stand for numbers: 五, 十, 〇.

    Words of the field may have lost their 三 or 一; in any other text another number is another thing.
    """
    return [character for character in text if character.isnumeric()]


def correctable(asked: Terms) -> tuple[str, ...]:
    """Return the runs that may be wrong: none of a question of many words, no word of the field, no whole sentence.

    A word that has others beside it is right all the same when it finds little.
    """
    if len(asked.runs) > MOST_WORDS:
        return ()
    known = vocabulary().words | asked.alternatives.keys()
    return tuple(run for run in asked.runs if len(run) <= LONGEST_CORRECTED and run not in known)


def corrections(asked: Terms, texts: Sequence[str]) -> Iterator[str]:
    """Yield what the question may have been meant to be, the likeliest first; each is made when it is asked for.

    All runs that can be corrected are, then one at a time. `texts` are folded titles and names in which something of
    the question was found.
    """
    # A whole sentence stands in no title: only its words are put right by their sound.
    heard = () if asked.question else texts
    found = {run: _ways(run, heard, texts) for run in correctable(asked)}
    likeliest = {run: way for run, ways in found.items() if (way := next(ways, None))}
    one_at_a_time = chain(likeliest.items(), ((run, way) for run, ways in found.items() for way in ways))
    given: set[str] = set()
    for change in chain([likeliest] if likeliest else [], ({run: way} for run, way in one_at_a_time)):
        better = " ".join(change.get(run, run) for run in asked.runs)
        if better not in given:
            given.add(better)
            yield better


def _ways(run: str, heard: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Yield what a run may have been meant to be: what sounds the same first, known words before those of texts."""
    return (better for better in chain(_by_sound(run, heard), _by_slip(run, texts)) if better != run)


def _by_sound(run: str, texts: Iterable[str]) -> Iterator[str]:
    for word in _words_that_begin_alike(run):
        heard = same_sound(word, run)
        if heard and (heard == run or len(word) >= SHORTEST_INSIDE):
            yield from _put_right(run, heard, word)
    together = "\n".join(texts)
    if run not in together:
        yield from (piece for piece in dict.fromkeys(_heard(run, together)) if _counts_alike(run, piece))


def _counts_alike(run: str, heard: str) -> bool:
    """Tell whether the same is counted. One number at the end of a word counts nothing: 灭火七 is a 灭火器."""
    typed, meant = _numbers(run), _numbers(heard)
    return meant == typed or (not meant and typed == [run[-1]])


def _by_slip(run: str, texts: Iterable[str]) -> Iterator[str]:
    for word in _words_with_a_half(run):
        slipped = nearest(word, run)
        if slipped and slipped != word and _slipped_in(slipped, word):
            yield from _put_right(run, slipped, word)
    near = filter(None, (nearest(run, text) for text in texts))
    yield from (piece for piece in near if _numbers(piece) == _numbers(run) and _slipped_in(run, piece))


def _put_right(run: str, wrong: str, word: str) -> Iterator[str]:
    """Yield the run with a piece replaced, unless the piece is a word of the field itself or cuts one."""
    start = run.index(wrong)
    end = start + len(wrong)
    known = [(begin, stop) for begin, stop in vocabulary().inside(run) if begin < end and stop > start]
    if all(start <= begin and stop <= end and (begin, stop) != (start, end) for begin, stop in known):
        yield run[:start] + word + run[end:]


def _words_that_begin_alike(run: str) -> list[str]:
    """Return the words of the field whose first character sounds like one of the run, the longest first."""
    by_sound = _by_first_sound(vocabulary())
    heard = {syllable for character in run for syllable in sounds(character)}
    found = {word for syllable in heard for word in by_sound.get(syllable, ()) if len(word) <= len(run)}
    return sorted(found, key=_longest_first)


def _words_with_a_half(run: str) -> list[str]:
    """Return the words of the field of which a half, or the same characters in another order, stands in the run."""
    by_half = _by_half(vocabulary())
    pieces = {run[start:end] for start in range(len(run)) for end in range(start + 1, len(run) + 1)}
    keys = pieces | {_unordered(piece) for piece in pieces}
    return sorted({word for key in keys for word in by_half.get(key, ())}, key=_longest_first)


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


def _unordered(piece: str) -> str:
    return "\x00" + "".join(sorted(piece))


@lru_cache(maxsize=1)
def _by_first_sound(known: Vocabulary) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in known.words:
        for syllable in sounds(word[0]):
            found.setdefault(syllable, []).append(word)
    return found


@lru_cache(maxsize=1)
def _by_half(known: Vocabulary) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in known.words:
        half = len(word) // 2
        for key in {word[:half], word[half:], _unordered(word)}:
            found.setdefault(key, []).append(word)
    return found
