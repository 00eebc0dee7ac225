"""How text becomes tokens: the same pure functions for what is indexed and for what is asked, in every engine.

Text is folded (`normalise`): compatibility forms and full width to plain characters (NFKC), lower case, traditional
to simplified characters, invisible characters gone. A map leads back to the original, where highlights are drawn.

The folded text is cut into runs of letters and digits. Each run gives overlapping pairs of characters: so a phrase of
pairs finds every piece of two or more characters in any script, without a dictionary. Single characters are looked for
in columns of their own. Words of letters and digits are indexed beside that, since people who type "python" mean the
word.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import metadata, resources

from search.word_lists import WordList, own_text, written_words

# What decides what an index holds of a text: these files of ours, and the tables of these packages. Our lists of words
# are known to questions alone.
_OWN_FILES = ("analysis.py", "pinyin.py", "engines/tokens.py")
_PACKAGES = ("opencc-python-reimplemented", "pypinyin")
# Particles that ask only at the end of a sentence.
_LAST_PARTICLES = re.compile("[吗呢啊呀]+$")
# Whoever types more characters without a space asks in a sentence.
LONGEST_KEYWORD = 8
# Nobody types more; a pasted page must not become a thousand-term query.
MAX_QUERY_CHARS = 200
LONGEST_CACHED_PIECE = 4
# The way back from a folded text takes far more memory than its characters: that of titles and excerpts is kept.
LONGEST_KEPT_TEXT = 2_000

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
_CJK_OR_WORD = re.compile(f"([{_CJK}]+)|([^{_CJK}]+)")
# Characters that fold to one character each, whatever stands before them.
_PLAIN = re.compile("[\x00-\x7f\u2018-\u201d\u3001\u3002\u300a\u300b\u4e00-\u9fff\uff01-\uff5e]+")
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


@cache
def fingerprint() -> str:
    """Return what stands in every index: with another one its tokens may no longer be those of a question.

    Nobody has to remember a number: changed code, pinyin, characters or Unicode tables show by themselves.
    """
    own = resources.files("search")
    digest = hashlib.blake2b(digest_size=8)
    for name in _OWN_FILES:
        digest.update(own.joinpath(name).read_bytes())
    versions = [metadata.version(package) for package in _PACKAGES]
    digest.update(" ".join((*versions, unicodedata.unidata_version)).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `offsets[i]` is where character i came from, `original_length` closes the map."""

    text: str
    offsets: tuple[int, ...]
    original_length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that made characters start..end (end not included, start < end)."""
        last = self.offsets[end - 1]
        while end < len(self.offsets) and self.offsets[end] == last:
            end += 1
        return self.offsets[start], self.offsets[end] if end < len(self.offsets) else self.original_length


@cache
def _simplified() -> dict[int, str]:
    """Return the table traditional → simplified, one character for one, from OpenCC's data."""
    table: dict[str, str] = {}
    data = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    for line in data.splitlines():
        traditional, _, candidates = line.partition("\t")
        simplified = candidates.split(" ")[0]
        if len(traditional) == len(simplified) == 1 and traditional != simplified:
            table[traditional] = simplified
    closed = {}
    for traditional, first in table.items():
        seen, simplified = {traditional}, first
        while simplified in table and simplified not in seen:
            seen.add(simplified)
            simplified = table[simplified]
        closed[ord(traditional)] = simplified
    return closed


def _invisible(character: str) -> bool:
    """Tell whether the character has no look of its own: zero width, direction marks, variation selectors, halves."""
    return unicodedata.category(character) in {"Cf", "Cs"} or ord(character) in _VARIATION_SELECTORS


def _attached(character: str) -> bool:
    """Tell whether the character belongs to the one before it."""
    return not character.isascii() and (unicodedata.category(character)[0] == "M" or _invisible(character))


def _fold_piece(piece: str) -> str:
    """Fold a base character with what is attached to it, until folding changes nothing any more."""
    folded = piece
    for _ in range(4):
        visible = "".join(character for character in folded if not _invisible(character))
        again = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).lower()).translate(_simplified())
        if again == folded:
            break
        folded = again
    return folded


@cache
def _plain_table() -> dict[int, str]:
    """Return the folded form of every plain character: nearly all of a Chinese text, at the speed of one call."""
    return {code: _fold_piece(chr(code)) for code in range(0x10000) if _PLAIN.match(chr(code))}


_fold_short_piece = lru_cache(maxsize=32768)(_fold_piece)


def normalise(text: str) -> Folded:
    """Fold any text and keep the way back to it; folding twice changes nothing."""
    return _normalise_short(text) if len(text) <= LONGEST_KEPT_TEXT else _normalise(text)


def _normalise(text: str) -> Folded:
    pieces: list[str] = []
    offsets: list[int] = []
    for start, end, folded, is_plain in _folded_pieces(text):
        pieces.append(folded)
        offsets.extend(range(start, end) if is_plain else [start] * len(folded))
    return Folded("".join(pieces), tuple(offsets), len(text))


_normalise_short = lru_cache(maxsize=64)(_normalise)


def _folded_pieces(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield the pieces of a text: where each stands, its folded form, and whether that has one character for each."""
    start, length = 0, len(text)
    while start < length:
        end = _plain_end(text, start)
        if end > start:
            yield start, end, text[start:end].translate(_plain_table()), True
        else:
            end = _piece_end(text, start)
            piece = text[start:end]
            folded = _fold_short_piece(piece) if end - start <= LONGEST_CACHED_PIECE else _fold_piece(piece)
            yield start, end, folded, False
        start = end


def _plain_end(text: str, start: int) -> int:
    """Return where the plain characters that begin at `start` end; one that something is attached to is not plain."""
    plain = _PLAIN.match(text, start)
    if plain is None:
        return start
    end = plain.end()
    return end - 1 if end < len(text) and _attached(text[end]) else end


def _piece_end(text: str, start: int) -> int:
    """Return where the character at `start` ends, with all that is attached to it."""
    end = start + 1
    while end < len(text) and _attached(text[end]):
        end += 1
    return end


def fold(text: str) -> str:
    """Return the folded text alone."""
    return "".join(folded for _start, _end, folded, _is_plain in _folded_pieces(text))


@cache
def _run_pattern() -> re.Pattern[str]:
    """Return the pattern of a run: letters, digits and the marks that belong to letters."""
    marks = "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M")
    return re.compile(f"(?:[^\\W_]|[{re.escape(marks)}])+")


def runs(folded: str) -> list[str]:
    """Return the runs of letters and digits of folded text, in order."""
    return _run_pattern().findall(folded)


def key(folded: str) -> str:
    """Return what two titles must share to be the same title: letters and digits only."""
    return "".join(runs(folded))


def bigrams(run: str) -> list[str]:
    """Return the overlapping pairs of a run (nothing for a single character)."""
    return [run[position : position + 2] for position in range(len(run) - 1)]


def unigrams(folded: str) -> list[str]:
    """Return the single tokens: each CJK character, each whole word of other letters and digits."""
    tokens: list[str] = []
    for run in runs(folded):
        for cjk, word in _CJK_OR_WORD.findall(run):
            tokens.extend(cjk or [word])
    return tokens


def words(folded: str) -> list[str]:
    """Return the words of letters and digits that are not CJK, in order."""
    return [word for run in runs(folded) for _cjk, word in _CJK_OR_WORD.findall(run) if word]


def index_tokens(folded: str) -> list[str]:
    """Return what an engine stores for a text: the pairs of each run."""
    return [pair for run in runs(folded) for pair in bigrams(run)]


def is_cjk(text: str) -> bool:
    """Tell whether the text has a CJK character at its start."""
    match = _CJK_OR_WORD.match(text)
    return bool(match and match[1])


@dataclass(frozen=True, slots=True)
class Terms:
    """A question, cut up: its runs whole, and the pieces an engine may look for when the whole finds nothing.

    Words that only ask are in no pair. `question`: there are such words, or so many characters in a row that it is a
    sentence. `alternatives`: what a run is looked for as, too; `synonyms`: the words that stand for others in them.
    """

    folded: str
    runs: tuple[str, ...]
    pairs: tuple[str, ...]
    words: tuple[str, ...]
    unigrams: tuple[str, ...]
    question: bool = False
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the question as a title key."""
        return "".join(self.runs)

    def ways(self, run: str) -> tuple[str, ...]:
        """Return a run with what it is looked for as, too."""
        return (run, *self.alternatives.get(run, ()))

    @property
    def latin(self) -> bool:
        """Tell whether the question has ASCII letters, so that it may be pinyin."""
        return any(word.isascii() and word.isalpha() for word in self.words)


def _unique(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))


@cache
def _question_words() -> WordList:
    return WordList(map(fold, written_words(own_text("question_words.txt"))))


def telling(piece: str) -> tuple[str, ...]:
    """Return what is left of a piece of CJK text without the words that ask: 怎么上党课呢 leaves 上党课."""
    rest = _LAST_PARTICLES.sub("", piece)
    left: list[str] = []
    start = 0
    for begin, end in (*_question_words().inside(rest), (len(rest), len(rest))):
        left.append(rest[start:begin])
        start = end
    return tuple(each for each in left if each)


def _telling_pairs(cjk: Iterable[str]) -> Iterator[str]:
    """Yield the pairs of what tells; a character that stands alone between words that ask tells little (的, 我)."""
    for piece in cjk:
        left = telling(piece) or (piece,)
        yield from (pair for each in left for pair in bigrams(each))
        if all(len(each) == 1 for each in left):
            yield from left


def terms(text: str) -> Terms:
    """Cut up what somebody typed. Any string is welcome; one without letters and digits has no runs."""
    folded = fold(text[: MAX_QUERY_CHARS * 2])[:MAX_QUERY_CHARS]
    found = _unique(runs(folded))
    cjk = [piece for run in found for piece, _word in _CJK_OR_WORD.findall(run) if piece]
    return Terms(
        folded=folded,
        runs=found,
        pairs=_unique(_telling_pairs(cjk)),
        words=_unique(words(folded)),
        unigrams=_unique(unigrams(folded)),
        question=any(len(piece) > LONGEST_KEYWORD or telling(piece) not in {(), (piece,)} for piece in cjk),
    )
