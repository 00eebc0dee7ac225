"""What is looked for, decided once for every engine: a question becomes nets, from the finest to the widest.

A net says nothing of any engine's language. Each engine writes it in its own (FTS5 expressions, Elasticsearch
queries), over columns with the same tokens, so that the same question catches the same documents.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from search.analysis import Terms, bigrams
from search.pinyin import splits
from search.vocabulary import vocabulary

# "text" is everything that is read: title, subtitle, tags, people, body, transcript. "names": title, tags, people.
Columns = Literal["text", "names"]
# What `Result.relaxed` says of the wider nets.
PINYIN, ANY, MEANT = "pinyin", "any", "meant"
MAX_PIECES = 64
# The net of any pieces keeps at least so many, the rarest, however frequent they are.
KEEP_RARE = 3
ENOUGH_EXACT = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pairs in a row; with `open_ended` it is one character, wherever it stands and whatever follows."""

    tokens: tuple[str, ...]
    columns: Columns = "text"
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of letters and digits, as a word or as the beginning of one."""

    text: str


@dataclass(frozen=True, slots=True)
class Sounds:
    """Syllables in a row, somewhere in the title or a name; the last one may be unfinished."""

    syllables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Initials:
    """First letters of syllables in a row, somewhere in the title or a name."""

    letters: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple["Net", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part must hold."""

    parts: tuple["Net", ...]


Net = Phrase | Word | Sounds | Initials | All | Some
# Names those of some pieces that tell little, as most documents have them, the rarest first.
Common = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One net: the next is cast while fewer than `enough` documents are caught, and kept if it caught more.

    `relaxed` is what `Result.relaxed` says when this net is the one that is kept.
    """

    name: str
    net: Net
    relaxed: str | None = None
    enough: int = 1


def piece_of_text(run: str, columns: Columns = "text") -> Phrase:
    """Find a run as a piece of the text: its pairs in a row; a single character alone."""
    pairs = tuple(bigrams(run))
    return Phrase(pairs, columns) if pairs else Phrase((run,), columns, open_ended=True)


def _in_some_way(ways: Sequence[str]) -> Net:
    pieces_of_text = tuple(piece_of_text(way) for way in ways)
    return pieces_of_text[0] if len(pieces_of_text) == 1 else Some(pieces_of_text)


def pronounced(run: str, columns: Columns = "text") -> Net:
    """Find a run of Latin letters as it stands, as syllables or as initials of titles and names."""
    ways: list[Net] = [piece_of_text(run, columns), *map(Sounds, splits(run))]
    if run.isascii() and run.isalpha():
        ways.append(Initials(run))
    return Some(tuple(ways))


def pieces(terms: Terms) -> Mapping[str, Net]:
    """Return each pair and word of the question with the net that finds it, at most 64."""
    found: dict[str, Net] = {pair: piece_of_text(pair) for pair in terms.pairs}
    found |= {word: Word(word) for word in terms.words}
    return dict(list(found.items())[:MAX_PIECES])


def steps(terms: Terms, *, common: Common) -> Iterator[Step]:
    """Yield the nets in the order they are cast; each is made when the ones before caught too little.

    `exact`: every run, or what is looked for beside it, stands there whole. `every`: all its pairs and words do. `pinyin`: Latin runs may be
    syllables or initials, or all of them a word of the field. `any`: one of the telling pieces. A net that the question
    has no use for is left out: what a sentence asks for hardly ever stands in one text with all its pairs, and a page
    that happens to have them is seldom the answer.
    """
    exact = All(tuple(_in_some_way(terms.ways(run)) for run in terms.runs))
    found = pieces(terms)
    sentence = terms.question and len(found) > 1
    yield Step("exact", exact, enough=1 if sentence else ENOUGH_EXACT)
    if not sentence:
        # One stray address with these letters must not hide what is pronounced so.
        enough = ENOUGH_EXACT if terms.latin else 1
        yield Step("every", Some((exact, All(tuple(found.values())))), enough=enough)
    if terms.latin:
        spoken = All(tuple(pronounced(run) for run in terms.runs))
        meant = tuple(piece_of_text(word) for word in vocabulary().sounding(terms.key))
        yield Step("pinyin", Some((spoken, *meant)) if meant else spoken, PINYIN)
    if len(found) > 1:
        kept = _telling(tuple(found), common(tuple(found)))
        beside = tuple(map(piece_of_text, terms.synonyms))
        yield Step("any", Some((*(net for piece, net in found.items() if piece in kept), *beside)), ANY)


def _telling(found: Sequence[str], common: Sequence[str]) -> frozenset[str]:
    """Return the pieces that tell much, and where these are too few the rarest of the others."""
    rare = [piece for piece in found if piece not in common]
    return frozenset((*rare, *common[: max(0, KEEP_RARE - len(rare))]))


def completion(terms: Terms) -> Net:
    """Return the net for what is being typed: every run stands in the title or a name, Latin ones perhaps as pinyin."""
    return All(tuple(pronounced(run, "names") for run in terms.runs))
