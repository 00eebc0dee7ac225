"""What every engine stores of a document to find it by: columns of tokens, the same ones in each.

Tokens that are no pairs of characters bear a mark of a private area that no text's run holds. So one expression may ask
for pairs, words, syllables and initials beside each other, in whatever columns they stand.
"""

from collections.abc import Iterable, Mapping

from search.analysis import fold, index_tokens, runs, words
from search.pinyin import initials, syllable_text
from search.schema import SearchDoc

WORD, SYLLABLE, INITIAL, BEGINNING = "\ue000", "\ue001", "\ue002", "\ue003"
# The beginnings of syllables that are tokens of their own: what a letter or two begin is half of all there is.
LONGEST_BEGINNING = 2
# Nobody asks for more (`search.analysis.MAX_QUERY_CHARS`), and no engine takes tokens of any length.
LONGEST_WORD = 400
# The order reads the beginning of a long text, the same in every engine.
RANKED_CHARS = 4_000


def columns(doc: SearchDoc) -> Mapping[str, str]:
    """Return what each column holds: tokens with a space between."""
    title = fold(doc.title)
    names = fold(joined([*doc.tags, *doc.people]))
    body = fold(joined([doc.body, *(segment.text for segment in doc.segments)]))
    spoken = f"{title}\n{names}"
    syllables = syllable_text(spoken).split()
    beginnings = dict.fromkeys(each[:length] for each in syllables for length in range(1, LONGEST_BEGINNING + 1))
    pairs_of_initials = (token for each in initials(spoken) for token in index_tokens(each))
    return {
        "title": _tokens(title),
        "names": _tokens(f"{names}\n{fold(doc.subtitle)}"),
        "body": _tokens(body),
        "syllables": " ".join(marked(syllables, SYLLABLE)),
        "initials": " ".join([*marked(pairs_of_initials, INITIAL), *marked(beginnings, BEGINNING)]),
        "title_chars": _characters(title),
        "name_chars": _characters(f"{names}\n{fold(doc.subtitle)}"),
        "chars": _characters(body),
    }


def marked(tokens: Iterable[str], mark: str) -> list[str]:
    """Return tokens that no pair of characters is taken for."""
    return [mark + token for token in tokens]


def joined(texts: Iterable[str]) -> str:
    """Return texts as one, none of which runs on into the next."""
    return "\n".join(text for text in texts if text)


def ranked_body(doc: SearchDoc) -> str:
    """Return what the shared order reads of a document beside its title, folded."""
    texts = [doc.subtitle, *doc.tags, *doc.people, doc.body, *(each.text for each in doc.segments)]
    return fold(joined(texts))[:RANKED_CHARS]


def _tokens(folded: str) -> str:
    """Return the pairs of a text, and behind them its words."""
    found = (word[:LONGEST_WORD] for word in words(folded))
    return " ".join([*index_tokens(folded), *marked(dict.fromkeys(found), WORD)])


def _characters(folded: str) -> str:
    """Return each character of a text's runs once: a question of one character need not gather the pairs it begins."""
    return " ".join(dict.fromkeys("".join(runs(folded))))
