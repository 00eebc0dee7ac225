"""Counting what was played by the server's clock, and keeping private notes.

What is counted: the union of played stretches, and never more of them than can have been played since the player was
opened. What is not counted: whether the window was in front, where the person looked, how often they paused. A beat's
`visible` is taken so that clients need not change, and it is dropped: somebody who listens while walking has listened.
"""

from collections.abc import Sequence
from datetime import timedelta

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
    """Open a player: what the person had open before earns no more time from here on.

    Call it when the page with the player is made; its address for beats is `watching:beats` in the API.
    """
    moment = now()
    open_ones = WatchSession.objects.select_for_update(of=("self",)).filter(user=user, ended_at__isnull=True)
    for session in open_ones:
        session.ended_at = moment
        session.save(update_fields=["ended_at"])
    try:
        with transaction.atomic():
            return WatchSession.objects.create(user=user, video=video, started_at=moment)
    except IntegrityError:
        # Two pages opened at the same instant: the other one is the open player, this one has no time of its own.
        return WatchSession.objects.create(user=user, video=video, started_at=moment, ended_at=moment)


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
    """Return what the session can have played of this, and count it against the session's wall time."""
    elapsed = (session.ended_at or now()) - session.started_at
    believed = take(played, allowance(elapsed_s=elapsed.total_seconds(), believed_s=session.believed_s))
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
