"""Texts that never were: documents and questions by number, the same for the same seed on every machine.

Words are phrases of pypinyin's dictionary and frequent characters, drawn as words of a language are: the n-th most
frequent one about 1/n times as often as the first (Zipf). Nothing of it is committed, and any document can be made
again from its number, so that readers and writers in other processes need no list.
"""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate

from search.schema import Facet, SearchDoc, Segment, Visibility

SEED = 7
# The hundred characters that most Chinese prose has in every sentence stand among the phrases as words of their own.
FREQUENT = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前"
)
FIRST_RANKS = 3
SLOPE = 0.95
SENTENCE_WORDS = (4, 9)
TITLE_WORDS = 4
BODY_CHARS = 260
SEGMENTS, SEGMENT_CHARS, SEGMENT_S = 4, 14, 4.0
KINDS = (*["lesson"] * 6, "course", "resource", "site", "lecturer")
TOPICS = tuple(Facet(f"t{number}", f"主题{number}") for number in range(12))
ORGANISATIONS = tuple(Facet(f"o{number}", f"单位{number}") for number in range(40))
PUBLIC_SHARE = 0.8
BRANCHES = 9
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
SPREAD_HOURS = 20_000


@cache
def _words() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the words and their summed weights."""
    from pypinyin.phrases_dict import phrases_dict

    chance = random.Random(SEED)  # noqa: S311  # texts, not secrets
    phrases = sorted(phrase for phrase in phrases_dict if 2 <= len(phrase) <= 4)  # noqa: PLR2004  # usual words
    chance.shuffle(phrases)
    frequent = list(dict.fromkeys(FREQUENT))
    # One character to two phrases until the characters are used up.
    mixed = [word for number, one in enumerate(frequent) for word in (one, *phrases[2 * number : 2 * number + 2])]
    words = (*mixed, *phrases[2 * len(frequent) :])
    return words, tuple(accumulate((rank + FIRST_RANKS) ** -SLOPE for rank in range(len(words))))


def _chance(purpose: str, number: int) -> random.Random:
    return random.Random(f"{SEED}:{purpose}:{number}")  # noqa: S311  # texts, not secrets


def _drawn(chance: random.Random, count: int) -> str:
    words, weights = _words()
    return "".join(chance.choices(words, cum_weights=weights, k=count))


def _prose(chance: random.Random, characters: int) -> str:
    """Return sentences of at least so many characters."""
    text = ""
    while len(text) < characters:
        text += _drawn(chance, chance.randint(*SENTENCE_WORDS)) + chance.choice("，，，。。；")
    return text


def document(number: int, *, edition: int = 0) -> SearchDoc:
    """Return document `number` as it reads in an edition; its key stays the same."""
    chance = _chance(f"document {edition}", number)
    kind = _chance("kind", number).choice(KINDS)
    spoken = range(SEGMENTS) if kind == "lesson" else ()
    public = chance.random() < PUBLIC_SHARE
    branch = () if public else (f"{chance.randint(1, BRANCHES):04d}",)
    return SearchDoc(
        kind=kind,
        pk=str(number),
        title=_drawn(chance, TITLE_WORDS),
        url=f"/synthetic/{number}/",
        version=edition + 1,
        subtitle=_drawn(chance, 2),
        body=_prose(chance, BODY_CHARS),
        tags=(_drawn(chance, 1),),
        people=(_drawn(chance, 1),),
        facets={"topic": (chance.choice(TOPICS),), "organisation": (chance.choice(ORGANISATIONS),)},
        published_at=NEWEST - timedelta(hours=chance.randrange(SPREAD_HOURS)),
        segments=tuple(Segment(SEGMENT_S * place, _prose(chance, SEGMENT_CHARS)) for place in spoken),
        visibility=Visibility(public=public, organisations=branch),
    )


def _piece(chance: random.Random, documents: int, shortest: int, longest: int) -> str:
    """Return a piece of a sentence of some document, so that every question has an answer."""
    while True:
        doc = document(chance.randrange(documents))
        sentence = chance.choice(f"{doc.title}。{doc.body}".replace("；", "。").replace("，", "。").split("。"))
        length = chance.randint(shortest, longest)
        if len(sentence) >= length:
            start = chance.randrange(len(sentence) - length + 1)
            return sentence[start : start + length]


def _two_words(chance: random.Random, documents: int) -> str:
    """Return two words of one document, as somebody types who remembers both."""
    doc = document(chance.randrange(documents))
    return f"{doc.title[:2]} {doc.body[:2]}"


def _question(chance: random.Random, documents: int) -> str:
    return f"怎么{_piece(chance, documents, 3, 5)}的{_piece(chance, documents, 3, 5)}吗"


def _beginning(chance: random.Random, documents: int) -> str:
    return document(chance.randrange(documents)).title[: chance.randint(1, 3)]


# What people type, by kind; suggestions are completed, the others searched for.
CLASSES: Mapping[str, Callable[[random.Random, int], str]] = {
    "one character": lambda chance, documents: _piece(chance, documents, 1, 1),
    "two characters": lambda chance, documents: _piece(chance, documents, 2, 2),
    "four characters": lambda chance, documents: _piece(chance, documents, 4, 4),
    "six to ten": lambda chance, documents: _piece(chance, documents, 6, 10),
    "two words": _two_words,
    "question": _question,
    "suggestion": _beginning,
}


def question(name: str, number: int, *, documents: int) -> str:
    """Return question `number` of a class, about an index of so many documents."""
    return CLASSES[name](_chance(name, number), documents)
