"""What the portal writes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import DomainError, InvalidInput
from cms.portal.askers import asks_anew, forget_salt, opens_first
from cms.portal.kept_words import kept_text
from cms.portal.models import SAVED_CHARS, AskedText, FrequentText, SavedSearch, SynonymSet
from cms.portal.questions import Asked, asked_by_many
from cms.portal.synonym_words import taken
from cms.portal.synonyms import current_synonyms, groups_in_use
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
KEY_BITS = 62
# However many flood the site, a day has no more rows: further texts are answered and not counted.
MOST_TEXTS_A_DAY = 2_000
# SQLite's only writer may be busy for seconds with somebody's upload; a question that is not counted is no loss.
PATIENCE_MS = 50
# The key is random: one that counts up would say in which order people asked, and the network log who they were.
COUNT_ASKED = """
    INSERT INTO portal_askedtext (id, day, text, asked, missed, opened)
    SELECT %(id)s, %(day)s, %(text)s, 1, %(missed)s, 0
    WHERE EXISTS (SELECT 1 FROM portal_askedtext WHERE day = %(day)s AND text = %(text)s)
        OR (SELECT COUNT(*) FROM portal_askedtext WHERE day = %(day)s) < %(most)s
    ON CONFLICT (day, text) DO UPDATE SET
        asked = portal_askedtext.asked + 1, missed = portal_askedtext.missed + excluded.missed
"""


def ensure_first_synonyms() -> int:
    """Write the sets that come with the platform and are not there yet; return how many.

    What editors made of one stays, and one with a word of theirs is not put into use.
    """
    known = set(SynonymSet.objects.exclude(origin="").values_list("origin", flat=True))
    in_use = list(groups_in_use())
    missing = [
        SynonymSet(
            words="\n".join(group.words), one_way=group.one_way, origin=group.words[0], active=not taken(group, in_use)
        )
        for group in read_groups(own_text("synonyms.txt"))
        if group.words[0] not in known
    ]
    return len(SynonymSet.objects.bulk_create(missing))


def count_question(text: str, result: Result, *, asker: str) -> None:
    """Count that one more person asked today; a database that cannot do so now costs nobody the answer."""
    kept = kept_text(text)
    if not asker or not kept or result.unanswered:
        return
    values: dict[str, str | int | None] = {
        "id": secrets.randbits(KEY_BITS),
        "day": connection.ops.adapt_datefield_value(today()),
        "text": kept,
        "missed": int(is_missed(text, result)),
        "most": MOST_TEXTS_A_DAY,
    }
    with impatience():
        if asks_anew(asker, kept):
            with connection.cursor() as cursor:
                cursor.execute(COUNT_ASKED, values)


def is_missed(text: str, result: Result) -> bool:
    """Tell whether nothing holds the words. That of a sentence only some of the words are found is how sentences are found."""
    return not result.total or result.relaxed == MEANT or (result.relaxed == ANY and not terms(text).question)


def count_opened(text: str, *, asker: str) -> None:
    """Count that one of those who asked today opened something that was found."""
    kept = kept_text(text)
    if not asker or not kept:
        return
    with impatience():
        if opens_first(asker, kept):
            AskedText.objects.filter(day=today(), text=kept).update(opened=F("opened") + 1)


@contextmanager
def impatience() -> Iterator[None]:
    """Wait for SQLite's writer a moment and not for seconds, and give up what the database refuses."""
    try:
        with short_waits():
            yield
    except DatabaseError as error:
        # What a database says may quote what somebody typed.
        logger.warning("search.uncounted", error=type(error).__name__)


@contextmanager
def short_waits() -> Iterator[None]:
    """Let statements of this connection wait 50 ms for another writer; PostgreSQL has no such lock."""
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    known = connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    try:
        yield
    finally:
        connection.connection.execute(f"PRAGMA busy_timeout = {known}")


def forget_old_questions() -> int:
    """Delete what was asked 180 days ago or earlier, with the salt of yesterday; return how many rows went."""
    forget_salt()
    return AskedText.objects.filter(day__lte=today() - ASKED_KEPT).delete()[0]


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
