"""Counting what was played by the server's clock, and keeping private notes.

What is counted: the union of played stretches, and never more of them than can have been played since the player was
opened. What is not counted: whether the window was in front, where the person looked, how often they paused. A beat's
`visible` is taken so that clients need not change, and it is dropped: somebody who listens while walking has listened.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.core.events import publish
from cms.videos.models import Video
from cms.watching.events import VideoWatched
from cms.watching.models import PrivateNote, WatchProgress, WatchSession
from cms.watching.segments import Segment, allowance, clean, is_watched, keep, length, take, union
from cms.watching.sequence import Arrived, arrive

MOST_NOTES = 500
SESSIONS_KEPT = timedelta(days=30)


@transaction.atomic
def start_session(user: User, video: Video) -> WatchSession:
    """Open a player, which earns the person's wall time from here on; what was open before earns no more.

    Call it when the page with the player is made; beats go to /api/v1/watch/<session id>/beats.
    """
    session = WatchSession.objects.create(user=user, video=video, started_at=now())
    hold_time(session)
    return session


def hold_time(session: WatchSession) -> None:
    """Let this player earn the person's wall time and stop the one that did.

    The database lets one player hold it. If two pages open at the same instant, the loser takes it over with its beats.
    """
    moment = now()
    others = WatchSession.objects.select_for_update(of=("self",)).filter(
        user=session.user_id, held_since__isnull=False
    )
    for other in others.exclude(pk=session.pk):
        other.held_s, other.held_since = earned_s(other, moment), None
        other.save(update_fields=["held_s", "held_since"])
    try:
        with transaction.atomic():
            WatchSession.objects.filter(pk=session.pk).update(held_since=moment)
    except IntegrityError:
        return
    session.held_since = moment


def earned_s(session: WatchSession, moment: datetime) -> float:
    """Return the wall time that the player has held until the moment, in seconds."""
    holding = max(0.0, (moment - session.held_since).total_seconds()) if session.held_since else 0.0
    return session.held_s + holding


@transaction.atomic
def record_beat(
    session: WatchSession, *, seq: int, segments: Sequence[Sequence[float]], rate: float = 1.0, visible: bool = True
) -> WatchProgress:
    """Add what was played since the last beat and return the progress; a number that has arrived changes nothing.

    `segments` are (from, to) in seconds of the video. `rate` and `visible` are not used: the server's clock alone
    bounds what is believed, and attention is nobody's business. Raises InvalidInput for stretches that cannot be.
    """
    stored = WatchSession.objects.select_for_update(of=("self",)).select_related("video").get(pk=session.pk)
    try:
        played = clean(segments, duration_s=stored.video.duration_s)
    except ValueError:
        raise InvalidInput(_("These played stretches cannot be."), code="segments") from None
    progress = lock_progress(stored)
    arrived = Arrived(stored.seq_upto, tuple(stored.seq_ahead))
    if arrived.has(seq):
        return progress
    believed = believe(stored, played)
    after = arrive(arrived, seq)
    stored.seq_upto, stored.seq_ahead = after.upto, list(after.ahead)
    stored.save(update_fields=["seq_upto", "seq_ahead", "believed_s"])
    place = played[-1][1] if played and seq > arrived.newest else progress.position_s
    add(progress, believed, place)
    return progress


def believe(session: WatchSession, played: list[Segment]) -> list[Segment]:
    """Return what the session can have played of this, and count it against the wall time it has held.

    A player that went on in another tab or came back from the browser's history takes the time over when it claims
    more than it has earned; the last beat of a page that was just left does not.
    """
    left = allowance(elapsed_s=earned_s(session, now()), believed_s=session.believed_s)
    if session.held_since is None and length(played) > left:
        hold_time(session)
    believed = take(played, left)
    session.believed_s += length(believed)
    return believed


def lock_progress(session: WatchSession) -> WatchProgress:
    """Return the stored progress of the session's person and video, locked, made now if it is the first beat."""
    made, _created = WatchProgress.objects.get_or_create(
        user_id=session.user_id, video_id=session.video_id, defaults={"updated_at": now()}
    )
    progress = WatchProgress.objects.select_for_update(of=("self",)).get(pk=made.pk)
    progress.video = session.video
    return progress


def add(progress: WatchProgress, believed: list[Segment], place_s: float) -> None:
    """Write the union and the place, and tell upper rooms the first time the video counts as watched."""
    known = [(float(start), float(end)) for start, end in progress.segments]
    segments = keep(union([*known, *believed]))
    progress.segments, progress.covered_s = [list(one) for one in segments], length(segments)
    progress.position_s, progress.updated_at = place_s, now()
    duration = progress.video.duration_s or 0.0
    first_time = progress.watched_at is None and is_watched(progress.covered_s, duration)
    if first_time:
        progress.watched_at = now()
    progress.save()
    if first_time:
        publish(VideoWatched(progress.user_id, progress.video_id, progress.fraction))


@transaction.atomic
def add_note(user: User, video: Video, *, moment_s: float, text: str) -> PrivateNote:
    """Keep a note at a moment; the same words at the same moment are one note.

    Raises InvalidInput without words or beyond 500 notes on a video.
    """
    text = text.strip()
    if not text:
        raise InvalidInput(_("The note is empty."), fields={"text": [_("The note is empty.")]})
    mine = PrivateNote.objects.filter(user=user, video=video)
    same = mine.filter(moment_s=moment_s, text=text).first()
    if same is not None:
        return same
    if mine.count() >= MOST_NOTES:
        raise InvalidInput(_("You already have 500 notes here. Delete some first."), code="too_many_notes")
    return mine.create(user=user, video=video, moment_s=moment_s, text=text, created_at=now())


@transaction.atomic
def delete_note(note: PrivateNote) -> None:
    """Delete the note for good."""
    note.delete()


@transaction.atomic
def forget_old_sessions() -> int:
    """Delete openings of players after 30 days (progress stays); return how many."""
    old = WatchSession.objects.filter(started_at__lt=now() - SESSIONS_KEPT)
    return old.delete()[0]
