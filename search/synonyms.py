"""Words that mean the same, looked for beside what was typed. No index knows them: a change needs no rebuild."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from search.analysis import Terms, fold, is_cjk, runs
from search.word_lists import MAX_WORD_CHARS, own_text

# What each folded word is looked for as, too: plain data, so that a question can carry it.
Alternatives = Mapping[str, tuple[str, ...]]
MAX_ALTERNATIVES = 8
BOTH_WAYS, ONE_WAY = "=", ">"


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words with one meaning. `one_way`: the first is looked for as the others too, and not back."""

    words: tuple[str, ...]
    one_way: bool = False


def alternatives(groups: Iterable[SynonymGroup]) -> Alternatives:
    """Return the folded others of each word; words that are no single run of letters and digits are left out."""
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        words = [fold(word) for word in group.words]
        usable = [word for word in words if len(word) <= MAX_WORD_CHARS and runs(word) == [word]]
        for word in usable:
            if not group.one_way or word == words[0]:
                found.setdefault(word, {}).update(dict.fromkeys(usable))
    others = {word: tuple(each for each in meant if each != word) for word, meant in found.items()}
    return {word: meant for word, meant in others.items() if meant}


def of(run: str, known: Alternatives) -> Mapping[str, str]:
    """Return a run with one word in it replaced, each with the word that was put in: never one upon another.

    At most eight ways, the longest words first.
    """
    ways = (
        (run[:start] + other + run[end:], other)
        for start, end in sorted(_known_places(run, known), key=lambda place: (place[0] - place[1], place))
        for other in known[run[start:end]]
        if other not in run
    )
    found: dict[str, str] = {}
    for way, other in ways:
        found.setdefault(way, other)
    return dict(islice(found.items(), MAX_ALTERNATIVES))


def _known_places(run: str, known: Alternatives) -> Iterator[tuple[int, int]]:
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + MAX_WORD_CHARS) + 1):
            if run[start:end] in known and not _is_cut(run, start, end):
                yield start, end


def _is_cut(run: str, start: int, end: int) -> bool:
    """Tell whether a Latin word goes on before or after: "ai" is no word of "rain"."""
    if is_cjk(run[start]):
        return False
    return any(not is_cjk(neighbour) for neighbour in (run[start - 1 : start], run[end : end + 1]) if neighbour)


def expanded(asked: Terms, known: Alternatives) -> Terms:
    """Return the question with what each of its runs is looked for as, too."""
    others = {run: ways for run in asked.runs if (ways := of(run, known))} if known else {}
    return replace(
        asked,
        alternatives={run: tuple(ways) for run, ways in others.items()},
        synonyms=tuple(dict.fromkeys(other for ways in others.values() for other in ways.values())),
    )


def read_groups(text: str) -> Iterator[SynonymGroup]:
    """Yield the groups of a list: one on each line, "=" between words or ">" after the first, "#" begins a remark."""
    for line in text.splitlines():
        written = line.partition("#")[0]
        sign = ONE_WAY if ONE_WAY in written else BOTH_WAYS
        words = tuple(word.strip() for word in written.split(sign))
        if len(words) > 1 and all(words):
            yield SynonymGroup(words, one_way=sign == ONE_WAY)


@cache
def own_synonyms() -> Alternatives:
    """Return the synonyms that come with the platform."""
    return alternatives(read_groups(own_text("synonyms.txt")))
