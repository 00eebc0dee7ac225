"""Marks on the original text: escaped HTML whose only tag is `<mark>`, excerpts, and the moment in a transcript."""

from collections.abc import Iterator, Sequence
from html import escape

from search.analysis import Folded, Terms, bigrams, fold, is_cjk, normalise
from search.analysis import terms as cut_up
from search.pinyin import syllable_spans
from search.schema import SearchDoc, Segment
from search.vocabulary import vocabulary

SNIPPET_CHARS = 120
LEAD_CHARS = 24
SENTENCE_ENDS = "。！？!?；;\n"
ELLIPSIS = "…"
# Reading characters aloud costs a second for each 80,000: titles and names are read, bodies are not.
READ_ALOUD_CHARS = 200
# An excerpt is looked for in the beginning of a long text: forty pages.
EXCERPT_FROM_CHARS = 20_000
Span = tuple[int, int]


def spans(text: str, terms: Terms) -> list[Span]:
    """Return where the question stands in the original text: merged, in order, on whole characters.

    Whole runs and their synonyms are marked where there are any, else what a Latin question means, else words of the field and what
    stands between them, and only where none of this is found, any pair. A title is also marked where it is pronounced
    like a Latin question.
    """
    return _spans_in(normalise(text), terms)


def _spans_in(folded: Folded, terms: Terms) -> list[Span]:
    for needles in _needles(terms):
        found = [span for needle in needles for span in _occurrences(folded.text, needle)]
        if found:
            return _merged([folded.original_span(*span) for span in found])
    if folded.original_length > READ_ALOUD_CHARS:
        return []
    return _merged([span for word in terms.words for span in _pronounced(folded, word)])


def _needles(terms: Terms) -> Iterator[Sequence[str]]:
    """Yield what to mark, the best first; the next is wanted where a text has nothing of the one before.

    Pairs that cross a word's edge are no words (育工 of 党员教育工作): they are marked last.
    """
    yield [way for run in terms.runs for way in terms.ways(run)]
    yield _meant(terms)
    known = [word for run in terms.runs for word, listed in _parts(run) if listed]
    between = [piece for run in terms.runs for piece, listed in _parts(run) if not listed]
    yield [*known, *(pair for piece in between for pair in bigrams(piece) if pair in terms.pairs), *terms.words]
    yield [pair for word in known for pair in bigrams(word)]
    yield terms.pairs


def _meant(terms: Terms) -> tuple[str, ...]:
    """Return the words of the field that a Latin question is pinyin of."""
    return vocabulary().sounding(terms.key) if terms.latin else ()


def _parts(run: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of the field in a run and what stands between them, each with whether it is such a word."""
    start = 0
    for begin, end in vocabulary().inside(run):
        yield run[start:begin], False
        yield run[begin:end], True
        start = end
    yield run[start:], False


def _occurrences(folded: str, needle: str) -> list[Span]:
    """Return the places of a needle; a word of letters only where a word begins, if it does so anywhere."""
    places: list[Span] = []
    start = folded.find(needle)
    while start >= 0:
        places.append((start, start + len(needle)))
        start = folded.find(needle, start + len(needle))
    if is_cjk(needle):
        return places
    at_words = [(start, end) for start, end in places if start == 0 or not _continues(folded[start - 1])]
    return at_words or places


def _continues(before: str) -> bool:
    return before.isalnum() and not is_cjk(before)


def _pronounced(folded: Folded, word: str) -> list[Span]:
    return [folded.original_span(*span) for span in syllable_spans(folded.text, word)]


def written_as(terms: Terms, title: str) -> tuple[str, ...]:
    """Return the characters that a Latin question may stand for: those of the title, then words of the field.

    Parts that stand in the title one behind the other are one word, others are words of their own. Nothing when the
    title is not pronounced so in a part and no word of the field is in whole.
    """
    folded = normalise(title)
    parts = [_pronounced(folded, run) for run in terms.runs]
    of_title = (_joined(title, [found[0] for found in parts]),) if parts and all(parts) else ()
    return tuple(dict.fromkeys((*of_title, *_meant(terms))))


def _joined(title: str, parts: Sequence[Span]) -> str:
    text, last = "", -1
    for start, end in parts:
        text += ("" if start == last or not text else " ") + title[start:end]
        last = end
    return text


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def mark(text: str, found: Sequence[Span], *, start: int = 0, end: int | None = None) -> str:
    """Return the part start..end of the text as HTML: everything escaped, `<mark>` around the spans inside it."""
    stop = len(text) if end is None else end
    pieces: list[str] = []
    at = start
    for span_start, span_end in found:
        left, right = max(span_start, start), min(span_end, stop)
        if left < right:
            pieces.append(f"{escape(text[at:left])}<mark>{escape(text[left:right])}</mark>")
            at = right
    return "".join(pieces) + escape(text[at:stop])


def highlight(text: str, terms: Terms) -> str:
    """Return the whole text as HTML with the question marked."""
    return mark(text, spans(text, terms))


def excerpt(text: str, terms: Terms) -> str:
    """Return about 120 characters around the place where most of the question stands, as HTML."""
    return _excerpt(text, spans(text, terms))


def _excerpt(text: str, found: list[Span]) -> str:
    start = _excerpt_start(text, _densest(found)) if found else 0
    end = min(len(text), start + SNIPPET_CHARS)
    inside = mark(text, found, start=start, end=end).strip()
    return f"{ELLIPSIS if start else ''}{inside}{ELLIPSIS if end < len(text) else ''}"


def _densest(found: list[Span]) -> int:
    """Return where the window begins that holds most marked characters."""
    best, best_length = found[0][0], 0
    right, held = 0, 0
    for left, (start, _end) in enumerate(found):
        if left:
            held -= found[left - 1][1] - found[left - 1][0]
        while right < len(found) and found[right][1] <= start + SNIPPET_CHARS - LEAD_CHARS:
            held += found[right][1] - found[right][0]
            right += 1
        if held > best_length:
            best, best_length = start, held
    return best


def _excerpt_start(text: str, first: int) -> int:
    """Begin at a sentence shortly before the mark, else a few characters before it."""
    floor = max(0, first - LEAD_CHARS)
    for position in range(first - 1, floor - 1, -1):
        if text[position] in SENTENCE_ENDS:
            return position + 1
    return floor


def snippet(doc: SearchDoc, terms: Terms, segment: Segment | None) -> str:
    """Return an excerpt of the part that holds the question best: body, the found transcript segment, subtitle.

    Of a long body the first 20,000 characters are looked at.
    """
    texts = [text for text in (doc.body, segment.text if segment else "", doc.subtitle) if text]
    folded = [normalise(text[:EXCERPT_FROM_CHARS]) for text in texts]
    for text, each in zip(texts, folded, strict=True):
        if _holds_run(each, terms):
            return _excerpt(text, _spans_in(each, terms))
    asked = _spelt(terms, doc.title)
    for text, each in zip(texts, folded, strict=True):
        if found := _spans_in(each, asked):
            return _excerpt(text, found)
    return _excerpt(next((text for text in (doc.body, doc.subtitle) if text), ""), [])


def _spelt(terms: Terms, title: str) -> Terms:
    """Return the characters that a Latin question stands for in the title: a body is too long to be read aloud."""
    meant = written_as(terms, title) if terms.latin else ()
    return cut_up(meant[0]) if meant else terms


def _holds_run(folded: Folded, terms: Terms) -> bool:
    return bool(terms.runs) and all(any(way in folded.text for way in terms.ways(run)) for run in terms.runs)


def best_segment(segments: Sequence[Segment], terms: Terms) -> Segment | None:
    """Return the first segment with most of the question, or None when the words are not in the transcript.

    A segment counts when it holds a whole run or what a Latin one means, or at least half of the pairs and words.
    """
    best: Segment | None = None
    best_worth = (0, 0)
    wholes = (*(way for run in terms.runs for way in terms.ways(run)), *_meant(terms))
    pieces = (*terms.pairs, *terms.words)
    for segment in segments:
        folded = fold(segment.text)
        worth = (sum(whole in folded for whole in wholes), sum(piece in folded for piece in pieces))
        if (worth[0] or worth[1] * 2 >= len(pieces)) and worth > best_worth:
            best, best_worth = segment, worth
    return best
