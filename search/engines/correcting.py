"""A correction to offer: only one that finds something for whoever asks."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from search.analysis import Terms, bigrams, is_cjk, terms
from search.corrections import LONGEST_CORRECTED, SHORTEST_FOR_A_SLIP, correctable, corrections
from search.pinyin import readings
from search.ranking import Candidate
from search.recall import All, Net, Phrase, Some, Sounds, piece_of_text, pieces

# Each costs a look into the index.
TRIED = 3
# Every word is compared with every name.
MOST_NAMES = 200
# Tags and people stand at the beginning of what is ranked.
NAMES_CHARS = 200
# One slip leaves two neighbours of a longer run as they were, so some of its pairs are found anyway.
LONGEST_WITHOUT_PAIRS = 4
Cast = Callable[[Net], Sequence[Candidate]]
Finds = Callable[[Net], bool]


def correction(asked: Terms, caught: Sequence[Candidate], cast: Cast, finds: Finds) -> str | None:
    """Return what was probably meant, None when nothing near it would find anything.

    It is looked for in words of the field, in what has some words of the question (`caught`) and in titles and names
    that sound alike; where nothing was caught, also in those that share most characters with it. A sentence is not
    looked for by its sound: it never stands in a title, and reading it aloud costs more than all the rest.
    """
    doubtful = correctable(asked)
    if not doubtful:
        return None
    nets = [*_sounding(asked), *([] if caught else _sharing(doubtful))]
    texts = _names([*caught, *(found for net in nets for found in cast(net))])
    better = islice(corrections(asked, texts), TRIED)
    return next((each for each in better if finds(every_piece(each))), None)


def every_piece(text: str) -> Net:
    """Return the net that tells whether a text is worth offering: something has all its pairs and words."""
    return All(tuple(pieces(terms(text)).values()))


def _names(found: Iterable[Candidate]) -> list[str]:
    """Return the titles and names of what was found, each document's once."""
    names = {each.key: f"{each.title}\n{each.body[:NAMES_CHARS]}" for each in found}
    return list(names.values())[:MOST_NAMES]


def _sounding(asked: Terms) -> list[Net]:
    return [] if asked.question else [All(tuple(map(_sounding_like, asked.runs)))]


def _sounding_like(run: str) -> Net:
    ways = readings(run) if len(run) <= LONGEST_CORRECTED else ()
    heard = tuple(Sounds(reading) for reading in ways if len(reading) == len(run))
    return Some(heard) if heard else piece_of_text(run)


def _sharing(doubtful: Sequence[str]) -> list[Net]:
    """Return the nets for names with all characters of a short run but one, or with any pair of a Latin word."""
    return [
        _any_pair(run) if not is_cjk(run) else _all_but_one(run)
        for run in doubtful
        if len(run) >= SHORTEST_FOR_A_SLIP and (not is_cjk(run) or len(run) <= LONGEST_WITHOUT_PAIRS)
    ]


def _any_pair(run: str) -> Net:
    return Some(tuple(Phrase((pair,), "names") for pair in bigrams(run)))


def _all_but_one(run: str) -> Net:
    characters = [Phrase((character,), "names", open_ended=True) for character in run]
    return Some(tuple(All((*characters[:place], *characters[place + 1 :])) for place in range(len(run))))
