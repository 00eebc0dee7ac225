"""Nets as FTS5 expressions. Only tokens from the analysis go in, each quoted: no syntax of the user's passes.

Tokens that are no pairs of characters bear a mark of a private area that no text's run holds. So one expression asks
for pairs, words, syllables and initials beside each other, and nothing has to be narrowed to a column, which costs.
"""

from collections.abc import Iterable, Sequence

from search.analysis import bigrams
from search.recall import All, Columns, Initials, Net, Phrase, Some, Sounds, Word

WORD, SYLLABLE, INITIAL, BEGINNING = "\ue000", "\ue001", "\ue002", "\ue003"
# The beginnings of syllables that are tokens of their own: what a letter or two begin is half of all there is.
LONGEST_BEGINNING = 2
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


def marked(tokens: Iterable[str], mark: str) -> list[str]:
    """Return tokens that no pair of characters is taken for."""
    return [mark + token for token in tokens]


def _piece(net: Phrase, *, of_names: bool) -> str:
    if net.open_ended:
        # Only a single character is: each stands once in a column of its own.
        return f"{CHARACTERS['names' if of_names else net.columns]} : {_phrase(net.tokens)}"
    return _phrase(net.tokens) if of_names or net.columns == "text" else f"{{title names}} : {_phrase(net.tokens)}"


def _phrase(tokens: Sequence[str], mark: str = "") -> str:
    return '"' + " ".join(marked(tokens, mark)).replace('"', '""') + '"'
