"""Sets of words that mean the same, as an editor types them: read, and refused with sentences where they cannot work."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from search.analysis import fold, runs
from search.synonyms import SynonymGroup
from search.word_lists import MAX_WORD_CHARS

LEAST_WORDS, MOST_WORDS = 2, 8
# One character is a piece of thousands of words.
SHORTEST = 2
# Whatever the keyboard of an editor puts between words.
_BETWEEN = re.compile("[\r\n\t、，,；;=＝>＞]+")
# Directions of writing, joiners, zero widths, control characters: pasted along, seen by nobody.
_UNSEEN = {"Cc", "Cf"}


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text, one on each line or with commas between; those that fold alike once."""
    found: dict[str, str] = {}
    for word in filter(None, (_seen(part).strip() for part in _BETWEEN.split(text))):
        found.setdefault(fold(word), word)
    return tuple(found.values())


def _seen(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _UNSEEN)


def faults_of(words: tuple[str, ...]) -> list[str]:
    """Return a sentence for each reason why search could not use the words."""
    if len(words) < LEAST_WORDS:
        return [_("Type at least two different words, one on each line.")]
    if len(words) > MOST_WORDS:
        return [_("At most %(count)s words mean the same: keep the usual ones.") % {"count": MOST_WORDS}]
    return [sentence for word in words if (sentence := fault_of(word))]


def fault_of(word: str) -> str:
    """Return why search could not use a word, or nothing."""
    folded, shown = fold(word), {"word": word[:MAX_WORD_CHARS], "most": MAX_WORD_CHARS}
    if runs(folded) != [folded]:
        return _("“%(word)s” must be letters, characters and digits without gaps or signs.") % shown
    if len(folded) < SHORTEST:
        return _("“%(word)s” is a single character, which stands in too many words.") % shown
    if len(folded) > MAX_WORD_CHARS:
        return _("“%(word)s…” is longer than %(most)s characters.") % shown
    return ""


def looked_for(group: SynonymGroup) -> set[str]:
    """Return the folded words for which others are looked for, too: of a one-way set the first alone."""
    return {fold(word) for word in (group.words[:1] if group.one_way else group.words)}


def taken(group: SynonymGroup, others: Iterable[SynonymGroup]) -> SynonymGroup | None:
    """Return a set that one of the words already belongs to: two sets would chain, and one word would mean everything."""
    mine = looked_for(group)
    return next((other for other in others if mine & looked_for(other)), None)


def faults_beside(group: SynonymGroup, others: Iterable[SynonymGroup]) -> list[str]:
    """Return a sentence for each reason why the set cannot be used beside the others that are in use."""
    if faults := faults_of(group.words):
        return faults
    if other := taken(group, others):
        sentence = _("A word of it stands in another set already: %(words)s. Put them together there.")
        return [sentence % {"words": " = ".join(other.words)}]
    return []
