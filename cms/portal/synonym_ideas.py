"""What a word that finds nothing may be another word for: derived from the words themselves, never from who asked what next."""

from collections.abc import Iterable, Iterator, Sequence

from cms.portal.synonym_words import fault_of
from search.analysis import is_cjk, terms
from search.corrections import corrections
from search.vocabulary import vocabulary

MOST_IDEAS = 4
# An abbreviation leaves out at least so many characters.
LEFT_OUT = 2


def ideas_for(text: str, found: Sequence[str]) -> tuple[str, ...]:
    """Return up to four words beside which the text may belong; none where it is several words itself.

    `found` are folded words that stand in sets, or that people asked for and that do find something. Looked for are: what sounds alike or is one
    slip away, words whose pinyin or initials were typed, and words that are written shorter or longer.
    """
    if fault_of(text):
        return ()
    asked = terms(text)
    near = (*corrections(asked, found), *(vocabulary().sounding(asked.key) if asked.latin else ()))
    shorter_or_longer = _abbreviated(text, (*vocabulary().words, *found))
    ideas = dict.fromkeys([*near, *sorted(shorter_or_longer, key=lambda word: (-len(word), word))])
    return tuple(idea for idea in ideas if idea != text and not fault_of(idea))[:MOST_IDEAS]


def _abbreviated(text: str, words: Iterable[str]) -> Iterator[str]:
    """Yield words of which the text is an abbreviation, or the other way round."""
    for word in words:
        short, long = sorted((text, word), key=len)
        if len(long) - len(short) >= LEFT_OUT and is_abbreviation(short, long):
            yield word


def is_abbreviation(short: str, long: str) -> bool:
    """Tell whether the short one has characters of the long one in their order, from its first on and from apart."""
    rest = iter(long)
    in_order = all(character in rest for character in short)
    return in_order and is_cjk(short) and short[0] == long[0] and short not in long
