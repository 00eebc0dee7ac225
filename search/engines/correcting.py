"""A correction to offer: only one that finds something for whoever asks."""

from collections.abc import Callable, Sequence

from search.analysis import Terms, bigrams, is_cjk, terms
from search.corrections import LONGEST_CORRECTED, SHORTEST_FOR_A_SLIP, corrections
from search.pinyin import readings
from search.ranking import Candidate
from search.recall import All, Net, Phrase, Some, Sounds, piece_of_text, pieces

# Each costs a look into the index.
TRIED = 3
# Tags and people stand at the beginning of what is ranked.
NAMES_CHARS = 200
# One slip leaves two neighbours of a longer run as they were, so some of its pairs are found anyway.
LONGEST_WITHOUT_PAIRS = 4
Cast = Callable[[Net], Sequence[Candidate]]


def correction(asked: Terms, caught: Sequence[Candidate], cast: Cast) -> str | None:
    """Return what was probably meant, None when nothing near it would find anything.

    It is looked for in words of the field, in what has some words of the question (`caught`) and in titles and names
    that sound alike; where nothing was caught, also in those that share most characters with it.
    """
    nets = [All(tuple(_sounding(run) for run in asked.runs)), *([] if caught else _sharing(asked))]
    texts = _names([*caught, *(found for net in nets for found in cast(net))])
    for better in corrections(asked, texts)[:TRIED]:
        if cast(All(tuple(pieces(terms(better)).values()))):
            return better
    return None


def _names(found: Sequence[Candidate]) -> list[str]:
    return [f"{each.title}\n{each.body[:NAMES_CHARS]}" for each in found]


def _sounding(run: str) -> Net:
    heard = tuple(Sounds(reading) for reading in readings(run) if len(reading) == len(run))
    return Some(heard) if heard else piece_of_text(run)


def _sharing(asked: Terms) -> list[Net]:
    """Return the nets for names with all characters of a short run but one, or with any pair of a Latin word."""
    return [
        _any_pair(run) if not is_cjk(run) else _all_but_one(run)
        for run in asked.runs
        if SHORTEST_FOR_A_SLIP <= len(run) <= (LONGEST_WITHOUT_PAIRS if is_cjk(run) else LONGEST_CORRECTED)
    ]


def _any_pair(run: str) -> Net:
    return Some(tuple(Phrase((pair,), "names") for pair in bigrams(run)))


def _all_but_one(run: str) -> Net:
    characters = [Phrase((character,), "names", open_ended=True) for character in run]
    return Some(tuple(All((*characters[:place], *characters[place + 1 :])) for place in range(len(run))))
