"""Nets as FTS5 expressions. Only tokens from the analysis go in, each quoted: no syntax of the user's passes.

What is no pair of characters is marked, so nothing has to be narrowed to a column, which costs.
"""

from collections.abc import Sequence

from search.analysis import bigrams
from search.engines.tokens import BEGINNING, INITIAL, LONGEST_BEGINNING, SYLLABLE, WORD, marked
from search.recall import All, Columns, Initials, Net, Phrase, Some, Sounds, Word

CHARACTERS: dict[Columns, str] = {
    "text": "{title_chars name_chars chars}",
    "names": "{title_chars name_chars}",
}


def expression(net: Net, *, of_names: bool = False) -> str:
    """Write a net as one expression, for the small table with `of_names`: what is read in texts is not in it."""
    match net:
        case Phrase():
            return _piece(net, of_names=of_names)
        case Word(text):
            return f"{_phrase([text], WORD)} *"
        case Sounds(syllables):
            short = len(syllables) == 1 and len(syllables[0]) <= LONGEST_BEGINNING
            return _phrase(syllables, BEGINNING) if short else f"{_phrase(syllables, SYLLABLE)} *"
        case Initials(letters):
            return _phrase(bigrams(letters), INITIAL) if len(letters) > 1 else _phrase(letters, BEGINNING)
        case All(parts) | Some(parts):
            word = " AND " if isinstance(net, All) else " OR "
            return word.join(f"({expression(part, of_names=of_names)})" for part in parts)


def is_of_names(net: Net) -> bool:
    """Tell whether only titles and names are asked for, so that the small table has the answer."""
    match net:
        case Phrase(_, columns):
            return columns == "names"
        case Word():
            return False
        case Sounds() | Initials():
            return True
        case All(parts) | Some(parts):
            return all(is_of_names(part) for part in parts)


def _piece(net: Phrase, *, of_names: bool) -> str:
    if net.open_ended:
        # Only a single character is: each stands once in a column of its own.
        return f"{CHARACTERS['names' if of_names else net.columns]} : {_phrase(net.tokens)}"
    return _phrase(net.tokens) if of_names or net.columns == "text" else f"{{title names}} : {_phrase(net.tokens)}"


def _phrase(tokens: Sequence[str], mark: str = "") -> str:
    return '"' + " ".join(marked(tokens, mark)).replace('"', '""') + '"'
