"""Nets as FTS5 expressions. Only tokens from the analysis go in, each quoted: no syntax of the user's passes."""

from collections.abc import Iterable, Sequence

from search.analysis import bigrams
from search.recall import All, Columns, Initials, Net, Phrase, Some, Sounds, Word

COLUMNS: dict[Columns, str] = {
    "text": "{title subtitle tags people body transcript}",
    "names": "{title tags people}",
}


def expression(net: Net) -> str:
    """Write a net as one expression."""
    match net:
        case Phrase(tokens, columns, open_ended):
            return _phrase(COLUMNS[columns], tokens, open_ended=open_ended)
        case Word(text):
            return _phrase("words", [text], open_ended=True)
        case Sounds(syllables):
            return _phrase("syllables", syllables, open_ended=True)
        case Initials(letters):
            pairs = bigrams(letters)
            return _phrase("initials", pairs or [letters], open_ended=not pairs)
        case All(parts):
            return _joined("AND", parts)
        case Some(parts):
            return _joined("OR", parts)


def _phrase(columns: str, tokens: Sequence[str], *, open_ended: bool) -> str:
    return f"{columns} : {_quoted(' '.join(tokens))}{' *' if open_ended else ''}"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _joined(word: str, parts: Iterable[Net]) -> str:
    return f" {word} ".join(f"({expression(part)})" for part in parts)
