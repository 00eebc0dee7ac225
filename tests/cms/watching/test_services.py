import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.accounts.models import User
from cms.core import events
from cms.core.errors import InvalidInput
from cms.taxonomy.enums import Visibility
from cms.videos.models import Video
from cms.watching.events import VideoWatched
from cms.watching.models import PrivateNote, WatchProgress, WatchSession
from cms.watching.queries import personal_notes, personal_progress, progress_of, resume_s, unfinished
from cms.watching.services import add_note, delete_note, forget_old_sessions, record_beat, start_session
from tests.factories.accounts import UserFactory
from tests.factories.watching import PrivateNoteFactory, WatchableVideoFactory, WatchProgressFactory

pytestmark = pytest.mark.django_db
Wait = Callable[[float], None]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Return a function that lets the server's clock, and only that, go on by so many seconds."""
    moment = [datetime(2026, 3, 1, 8, tzinfo=UTC)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def go_on(seconds: float) -> None:
        moment[0] += timedelta(seconds=seconds)

    return go_on


@pytest.fixture
def heard() -> Iterator[list[VideoWatched]]:
    told: list[VideoWatched] = []
    subscriber = told.append
    events.subscribe(VideoWatched)(subscriber)
    yield told
    events._subscribers[VideoWatched].remove(subscriber)


def watch(
    session: WatchSession, wait: Wait, start: float, end: float, *, speed: float = 1.0, first_seq: int = 1
) -> None:
    """Play from start to end, with a beat every ten seconds of the video."""
    place, seq = start, first_seq
    while place < end:
        until = min(place + 10, end)
        wait((until - place) / speed)
        record_beat(session, seq=seq, segments=[(place, until)], rate=speed)
        place, seq = until, seq + 1


def stored(user: User) -> WatchProgress:
    return WatchProgress.objects.get(user=user)


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.5, 2.0])
def test_an_honest_viewer_gets_every_second_at_every_speed(
    wait: Wait, heard: list[VideoWatched], speed: float
) -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    watch(start_session(user, video), wait, 0, 100, speed=speed)
    progress = stored(user)
    assert (progress.covered_s, progress.segments, progress.position_s) == (100, [[0, 100]], 100)
    assert heard == [VideoWatched(user.pk, video.pk, 0.9)]


def test_watching_again_tells_nothing_new(wait: Wait, heard: list[VideoWatched]) -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    for _ in range(2):
        watch(start_session(user, video), wait, 0, 100)
    assert (len(heard), stored(user).covered_s) == (1, 100)


def test_replaying_one_minute_ten_times_is_one_minute(wait: Wait, heard: list[VideoWatched]) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    for turn in range(10):
        watch(session, wait, 0, 60, first_seq=turn * 6 + 1)
    assert (stored(user).covered_s, heard) == (60, [])


def test_claiming_the_whole_video_at_once_earns_no_more_than_the_clock_allows(
    wait: Wait, heard: list[VideoWatched]
) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    wait(5)
    record_beat(session, seq=1, segments=[(0, 100)], rate=16)
    record_beat(session, seq=2, segments=[(0, 100)], rate=16)
    assert (stored(user).covered_s, heard) == (10.5, [])


def test_three_tabs_at_once_earn_what_one_could(wait: Wait, heard: list[VideoWatched]) -> None:
    user, video = UserFactory(), WatchableVideoFactory(duration_s=1000.0)
    tabs = [start_session(user, video) for _ in range(3)]
    for turn in range(10):
        wait(10)
        for number, tab in enumerate(tabs):
            start = number * 300 + turn * 30
            record_beat(tab, seq=turn + 1, segments=[(start, start + 30)])
    assert stored(user).covered_s <= 100 * 2 + 3 * 0.5
    assert heard == []


def test_a_page_from_the_browsers_history_goes_on_earning(wait: Wait) -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    first = start_session(user, video)
    watch(first, wait, 0, 20)
    start_session(user, WatchableVideoFactory())
    wait(60)
    watch(first, wait, 20, 100, first_seq=3)
    assert WatchProgress.objects.get(video=video).covered_s >= 90


def test_the_last_beat_of_a_page_that_was_left_does_not_stop_the_new_page(wait: Wait) -> None:
    user, one, two = UserFactory(), WatchableVideoFactory(), WatchableVideoFactory()
    left = start_session(user, one)
    wait(8)
    new = start_session(user, two)
    record_beat(left, seq=1, segments=[(0, 8)])
    watch(new, wait, 0, 100, speed=2)
    assert [progress.covered_s for progress in WatchProgress.objects.order_by("video_id")] == [8, 100]


def test_beats_kept_during_a_dead_line_all_count_in_any_order_and_once(wait: Wait) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    wait(60)
    for seq in (3, 1, 6, 2, 5, 4, 3, 1):
        record_beat(session, seq=seq, segments=[((seq - 1) * 10, seq * 10)])
    progress = stored(user)
    assert (progress.covered_s, progress.position_s) == (60, 60)
    assert WatchSession.objects.get().believed_s == 60


def test_a_replayed_beat_changes_nothing(wait: Wait) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    wait(100)
    record_beat(session, seq=1, segments=[(0, 10)])
    record_beat(session, seq=1, segments=[(50, 90)])
    assert stored(user).segments == [[0, 10]]


def test_a_hidden_window_counts_as_any_other(wait: Wait) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    wait(10)
    assert record_beat(session, seq=1, segments=[(0, 10)], visible=False).covered_s == 10


def test_a_clock_set_back_takes_nothing_away_and_raises_nothing(wait: Wait) -> None:
    user = UserFactory()
    session = start_session(user, WatchableVideoFactory())
    wait(-3600)
    assert record_beat(session, seq=1, segments=[(0, 10)]).covered_s == 0.5


@pytest.mark.parametrize("segment", [(-1, 5), (9, 5), (math.nan, 5), (0, math.inf)])
def test_stretches_that_cannot_be_are_refused_and_nothing_is_stored(wait: Wait, segment: tuple[float, float]) -> None:
    session = start_session(UserFactory(), WatchableVideoFactory())
    with pytest.raises(InvalidInput):
        record_beat(session, seq=1, segments=[segment])
    assert WatchProgress.objects.count() == 0


def test_without_a_known_length_nothing_counts_as_watched_yet(wait: Wait, heard: list[VideoWatched]) -> None:
    user, video = UserFactory(), WatchableVideoFactory(duration_s=None)
    session = start_session(user, video)
    watch(session, wait, 0, 100)
    assert (stored(user).covered_s, stored(user).fraction, heard) == (100, 0.0, [])
    Video.objects.update(duration_s=100)
    wait(1)
    record_beat(session, seq=99, segments=[(99, 100)])
    assert len(heard) == 1


def test_the_database_lets_one_player_earn_a_persons_time() -> None:
    session = start_session(UserFactory(), WatchableVideoFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchSession.objects.create(
            user=session.user, video=session.video, started_at=timezone.now(), held_since=timezone.now()
        )


@pytest.mark.parametrize(("place", "resumed"), [(0.0, 0.0), (2.0, 0.0), (50.0, 50.0), (98.0, 0.0)])
def test_one_goes_on_where_one_stopped_and_anew_after_the_end(place: float, resumed: float) -> None:
    progress = WatchProgressFactory(position_s=place)
    assert resume_s(progress_of(progress.user, progress.video)) == resumed
    assert resume_s(progress_of(UserFactory(), progress.video)) == 0.0


def test_unfinished_lists_what_one_began_and_may_still_see(wait: Wait) -> None:
    user = UserFactory()
    older = WatchProgressFactory(user=user)
    wait(1)
    newer = WatchProgressFactory(user=user)
    WatchProgressFactory(user=user, watched_at=timezone.now())
    WatchProgressFactory(user=user, video=WatchableVideoFactory(visibility=Visibility.PRIVATE))
    WatchProgressFactory()
    assert list(unfinished(user)) == [newer, older]


def test_notes_are_kept_once_and_deleted() -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    note = add_note(user, video, moment_s=46, text=" 井下钟慢 2 分钟 ")
    assert (add_note(user, video, moment_s=46, text="井下钟慢 2 分钟").pk, note.text) == (note.pk, "井下钟慢 2 分钟")
    with pytest.raises(InvalidInput):
        add_note(user, video, moment_s=46, text=" ")
    delete_note(note)
    assert PrivateNote.objects.count() == 0


def test_five_hundred_notes_on_a_video_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    PrivateNote.objects.bulk_create(
        PrivateNote(user=user, video=video, moment_s=n, text="x", created_at=timezone.now()) for n in range(500)
    )
    with pytest.raises(InvalidInput):
        add_note(user, video, moment_s=1, text="y")


def test_my_data_holds_progress_and_notes_of_mine_only() -> None:
    note = PrivateNoteFactory()
    PrivateNoteFactory()
    WatchProgressFactory(user=note.user)
    WatchProgressFactory()
    assert [row["text"] for row in personal_notes(note.user)] == [note.text]
    assert [(row["played_s"], row["stretches"]) for row in personal_progress(note.user)] == [(20.0, [[0.0, 20.0]])]


def test_openings_are_forgotten_after_a_month_and_progress_is_not(wait: Wait) -> None:
    user = UserFactory()
    watch(start_session(user, WatchableVideoFactory()), wait, 0, 10)
    wait(31 * 24 * 3600)
    kept = start_session(user, WatchableVideoFactory())
    assert forget_old_sessions() == 1
    assert list(WatchSession.objects.all()) == [kept]
    assert stored(user).covered_s == 10
