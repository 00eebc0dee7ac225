"""Questions as FTS5 expressions. Only tokens from the analysis go in, each quoted: no syntax of the user's passes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Terms, bigrams
from search.pinyin import splits

TEXT = "{title subtitle tags people body transcript}"
NAMES = "{title tags people}"
MAX_PIECES = 64
# What `Result.relaxed` says of the two wider nets.
PINYIN, ANY = "pinyin", "any"
KEEP_RARE = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """One net: the next one is tried while fewer than `enough` documents are caught, and kept if it caught more."""

    expression: str
    relaxed: str | None
    enough: int = 1


def quoted(token: str) -> str:
    """Write a token as an FTS5 string."""
    return '"' + token.replace('"', '""') + '"'


def phrase(columns: str, tokens: Sequence[str], *, open_ended: bool = False) -> str:
    """Write tokens as a phrase in some columns; the last one may be a beginning."""
    return f"{columns} : {quoted(' '.join(tokens))}{' *' if open_ended else ''}"


def run_anywhere(columns: str, run: str) -> str:
    """Find a run as a piece of the text: its pairs in a row; a single character as the beginning of a pair."""
    pairs = bigrams(run)
    return phrase(columns, pairs) if pairs else phrase(columns, [run], open_ended=True)


def every(expressions: Iterable[str]) -> str:
    """Join expressions that must all hold."""
    return " AND ".join(f"({each})" for each in expressions)


def some(expressions: Iterable[str]) -> str:
    """Join expressions of which one must hold."""
    return " OR ".join(f"({each})" for each in expressions)


def pronounced(run: str, columns: str) -> str:
    """Find a run of Latin letters as it stands, as syllables or as initials of titles and names."""
    ways = [run_anywhere(columns, run)]
    readings = splits(run)
    ways.extend(phrase("syllables", reading, open_ended=True) for reading in readings)
    if run.isascii() and run.isalpha():
        ways.append(run_anywhere("initials", run))
    return some(ways)


def whole_runs(terms: Terms, columns: str = TEXT) -> str:
    """Every run stands in the document as it was typed."""
    return every(run_anywhere(columns, run) for run in terms.runs)


def with_pinyin(terms: Terms, columns: str = TEXT) -> str:
    """Every run stands there, Latin ones perhaps as pinyin."""
    return every(pronounced(run, columns) for run in terms.runs)


def _pieces(terms: Terms) -> dict[str, str]:
    """Return each piece with the expression that finds it; a word counts from its beginning."""
    found = {pair: run_anywhere(TEXT, pair) for pair in terms.pairs}
    found |= {word: phrase("words", [word], open_ended=True) for word in terms.words}
    return dict(list(found.items())[:MAX_PIECES])


def stages(terms: Terms, common: Callable[[Sequence[str]], set[str]]) -> list[Stage]:
    """Return the nets from the finest to the widest; `common` names the pieces that most documents have."""
    exact = whole_runs(terms)
    pieces = _pieces(terms)
    result = [Stage(exact, None, enough=3), Stage(some([exact, every(pieces.values())]), None)]
    if terms.latin:
        result.append(Stage(with_pinyin(terms), PINYIN))
    if len(pieces) > 1:
        frequent = common(list(pieces))
        rare = [expression for piece, expression in pieces.items() if piece not in frequent]
        telling = rare if len(rare) >= KEEP_RARE else list(pieces.values())
        result.append(Stage(some(telling), ANY))
    return result


def completion(terms: Terms) -> str:
    """Titles, tags and names that hold every run, Latin ones perhaps as pinyin."""
    return with_pinyin(terms, NAMES)
