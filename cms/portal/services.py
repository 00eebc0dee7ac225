"""What the portal writes."""

import re
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import DomainError, InvalidInput
from cms.portal.models import ASKED_CHARS, SAVED_CHARS, AskedText, FrequentText, SavedSearch, SynonymSet
from cms.portal.questions import Asked, asked_by_many
from cms.portal.synonyms import current_synonyms
from search import dead_letters
from search.analysis import terms
from search.models import DeadLetter
from search.query import search
from search.recall import ANY, MEANT
from search.schema import ANONYMOUS, Query, Result
from search.synonyms import read_groups
from search.word_lists import own_text

logger = structlog.get_logger(__name__)

MOST_SAVED = 50
# Each is asked once an hour.
MOST_FREQUENT = 200
FREQUENT_DAYS = 30
ASKED_KEPT = timedelta(days=180)
# Somebody who types nonsense all day fills no table: further texts of the day are answered and not counted.
MOST_TEXTS_A_DAY = 2_000
# What may be the number of a telephone or an identity card is never written down, however it is grouped.
LONG_NUMBER = re.compile(r"(?:\d\s?){7,}")
COUNT_ASKED = """
    INSERT INTO portal_askedtext (day, text, asked, missed, opened, hits, engine, relaxed)
    SELECT %(day)s, %(text)s, 1, %(missed)s, 0, %(hits)s, %(engine)s, %(relaxed)s
    WHERE EXISTS (SELECT 1 FROM portal_askedtext WHERE day = %(day)s AND text = %(text)s)
        OR (SELECT COUNT(*) FROM portal_askedtext WHERE day = %(day)s) < %(most)s
    ON CONFLICT (day, text) DO UPDATE SET
        asked = portal_askedtext.asked + 1, missed = portal_askedtext.missed + excluded.missed,
        hits = excluded.hits, engine = excluded.engine, relaxed = excluded.relaxed
"""


def ensure_first_synonyms() -> int:
    """Write the sets that come with the platform and are not there yet; return how many. What editors made of one stays."""
    known = set(SynonymSet.objects.exclude(origin="").values_list("origin", flat=True))
    missing = [
        SynonymSet(words="\n".join(group.words), one_way=group.one_way, origin=group.words[0])
        for group in read_groups(own_text("synonyms.txt"))
        if group.words[0] not in known
    ]
    return len(SynonymSet.objects.bulk_create(missing))


def kept_text(text: str) -> str:
    """Return what of a question is counted: its folded letters, characters and digits; nothing where it has none, or a long number."""
    folded = " ".join(terms(text).runs)
    return "" if LONG_NUMBER.search(folded) else folded[:ASKED_CHARS].strip()


def count_question(text: str, result: Result) -> None:
    """Count that somebody asked, in one statement; a database that cannot do so now costs nobody the answer."""
    kept = kept_text(text)
    if not kept or result.unanswered:
        return
    values: dict[str, str | int | None] = {
        "day": connection.ops.adapt_datefield_value(today()),
        "text": kept,
        "missed": int(is_missed(text, result)),
        "hits": result.total,
        "engine": result.engine,
        "relaxed": result.relaxed or "",
        "most": MOST_TEXTS_A_DAY,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_ASKED, values)
    except DatabaseError:
        logger.warning("search.uncounted", exc_info=True)


def is_missed(text: str, result: Result) -> bool:
    """Tell whether nothing holds the words. That of a sentence only some of the words are found is how sentences are found."""
    return not result.total or result.relaxed == MEANT or (result.relaxed == ANY and not terms(text).question)


def count_opened(text: str) -> None:
    """Count that something found for a question of today was opened."""
    kept = kept_text(text)
    try:
        AskedText.objects.filter(day=today(), text=kept).update(opened=F("opened") + 1)
    except DatabaseError:
        logger.warning("search.uncounted", exc_info=True)


def forget_old_questions() -> int:
    """Delete what was asked more than 180 days ago and return how many rows went."""
    return AskedText.objects.filter(day__lt=today() - ASKED_KEPT).delete()[0]


@transaction.atomic
def index_again(letter: DeadLetter, *, actor: User) -> None:
    """Have every index try again to take the document that a dead letter is about."""
    dead_letters.retry([(letter.kind, letter.object_id)])
    record_act("portal.index_again", actor=actor, target=letter)


def save_search(user: User, query: str, *, label: str) -> SavedSearch:
    """Keep a search for the person; one that is kept already stays as it is.

    Raises InvalidInput for a search of nothing or too much, DomainError where fifty are kept.
    """
    if not query:
        raise InvalidInput(_("Type something or choose a filter first, then the search can be saved."))
    if len(query) > SAVED_CHARS:
        raise InvalidInput(_("This search is too long to be saved. Use fewer words or filters."))
    kept = SavedSearch.objects.filter(user=user)
    if kept.count() >= MOST_SAVED and not kept.filter(query=query).exists():
        raise DomainError(
            _("You have saved %(count)s searches. Delete one that you no longer need.") % {"count": MOST_SAVED}
        )
    saved, _made = SavedSearch.objects.get_or_create(
        user=user, query=query, defaults={"label": label[:200], "created_at": now()}
    )
    return saved


def delete_saved_search(saved: SavedSearch) -> None:
    """Forget a search that the person kept."""
    saved.delete()


def gather_frequent_texts() -> int:
    """Write anew what is offered while one types, and return how many; nothing changes while no index can be read.

    A text is offered to everybody only where somebody who did not sign in finds something that holds its words.
    """
    public = []
    for asked in asked_by_many(FREQUENT_DAYS)[:MOST_FREQUENT]:
        question = Query(text=asked.text, viewer=ANONYMOUS, synonyms=current_synonyms(), count_only=True)
        result = search(question)
        if result.unanswered:
            return 0
        if result.total and not result.relaxed:
            public.append(asked)
    return _offer(public)


@transaction.atomic
def _offer(texts: list[Asked]) -> int:
    FrequentText.objects.all().delete()
    at = now()
    return len(
        FrequentText.objects.bulk_create(
            FrequentText(text=each.text, times=each.times, gathered_at=at) for each in texts
        )
    )
