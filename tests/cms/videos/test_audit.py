"""What disks damage is found by night and made anew, while the video plays; one film converted once serves all tests."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.lifecycle import claim
from cms.jobs.models import Job
from cms.jobs.runner import run_claimed
from cms.notices.models import Notice
from cms.videos import original_stores, store_marks, uses
from cms.videos.bucket_access import ALIASES
from cms.videos.enums import AuditFinding, VideoStatus
from cms.videos.errors import StorageAway
from cms.videos.handlers import audit
from cms.videos.models import Video
from cms.videos.publication import facts_of
from cms.videos.queries import originals_of
from cms.videos.services import delete_video, request_repair
from cms.videos.services.audit import enqueue_nightly_audit
from cms.videos.uses import Use
from media_pipeline import engine, verify
from media_pipeline.errors import PipelineError, failure
from media_pipeline.plan import plan
from media_pipeline.probe import probe
from media_pipeline.samples import make_sample
from tests.factories.jobs import run_waiting_jobs
from tests.factories.videos import VideoFactory, folder_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


@dataclass
class Film:
    """A recording, what the engine made of it, and what is kept about that."""

    file: Path
    folder: Path
    result: Any
    facts: dict[str, Any]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    place = tmp_path_factory.mktemp("film")
    file, folder = place / "film.mp4", place / "made"
    make_sample(file, title="试片", seconds=1, width=240, height=426)
    result, source = engine.transcode(file, folder), probe(file)
    return Film(file, folder, result, facts_of(source, plan(source), [rung.name for rung in result.rungs], folder))


@pytest.fixture
def video(film: Film) -> Video:
    """Return a finished video with files of its own."""
    made = VideoFactory(
        published=film.facts,
        duration_s=1.0,
        source={"video": {"rotation": 0, "fps": 25}},
        sha256=original_stores.digest_of(film.file),
    )
    shutil.copytree(film.folder, shown_of(made))
    storages["originals"].save(made.original, ContentFile(film.file.read_bytes()))
    for alias in ALIASES:
        storages[alias].save(store_marks.NAME, ContentFile(store_marks.own_mark().encode()))
    return made


def another(video: Video, **facts: Any) -> Video:
    """Return a finished video of the same film with files of its own and, unless it is said, without an original."""
    made: Video = VideoFactory(**{"published": video.published, "original": "", **facts})
    shutil.copytree(shown_of(video), shown_of(made))
    return made


def unreadable(path: Path) -> None:
    """Make of a file one that answers a reader with EIO, as a bad sector does, also where the reader is root."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


@pytest.fixture
def quick(film: Film, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Let the engine hand over a copy of the film that was made once."""

    def made(_file: Path, out: Path, **_options: Any) -> Any:
        shutil.copytree(film.folder, out)
        return film.result

    transcode = Mock(side_effect=made)
    monkeypatch.setattr(engine, "transcode", transcode)
    return transcode


def shown_of(video: Video) -> Path:
    return folder_of(video.uuid, Video.objects.get(pk=video.pk).generation)


def spoil(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def found(video: Video) -> tuple[str, bool]:
    """Return what is noted about a video, and whether it was looked at."""
    video.refresh_from_db()
    return video.audit_code, video.audited_at is not None


def tonight() -> int:
    """Run the night's examination now, with all that follows."""
    enqueue_nightly_audit()
    Job.objects.filter(idempotency_key="audit", status=JobStatus.QUEUED).update(run_after=now())
    return run_waiting_jobs(Lane.LADDER)


def test_what_is_as_it_was_published_stays_and_is_known_to_be_sound(video: Video) -> None:
    assert tonight() == 1
    assert found(video) == ("", True)
    assert [job.result for job in Job.objects.all()] == [{"seen": 1, "damaged": 0}]


def test_the_night_begins_at_two_by_the_sites_clock() -> None:
    enqueue_nightly_audit()
    enqueue_nightly_audit()
    begins = timezone.localtime(Job.objects.get().run_after)
    assert (begins.hour, begins.minute, begins > now()) == (2, 0, True)


@pytest.mark.parametrize("what", ["bit", "poster", "segment", "size", "list", "all"])
def test_damage_is_found_and_everything_made_anew_while_the_video_plays(video: Video, quick: Mock, what: str) -> None:
    old = shown_of(video)
    spoiled: dict[str, Callable[[], object]] = {
        "bit": lambda: spoil(old / "240p" / "seg00000.m4s"),
        "poster": lambda: spoil(old / "poster.jpg"),
        "segment": (old / "240p" / "seg00000.m4s").unlink,
        "size": lambda: shutil.rmtree(old / "240p"),
        "list": lambda: (old / "240p" / "index.m3u8").write_bytes(b"\xff\xfe"),
        "all": lambda: shutil.rmtree(old),
    }
    spoiled[what]()
    Video.objects.update(audited_at=now())
    assert tonight() == 2
    assert (video.generation != Video.objects.get().generation, found(video)) == (True, ("", False))
    assert audit.examine(video, wholly=False, should_stop=None) == audit.Found()
    assert [(change.status, change.reason) for change in video.changes.all()] == [("ready", "repair")]
    assert [rung.name for rung in video.rungs.all()] == ["240p"]
    # Those who hold old addresses finish first.
    assert old.is_dir() == (what != "all")
    Job.objects.filter(kind="videos.drop_generation").update(run_after=now())
    run_waiting_jobs(Lane.SMALL)
    assert (old.is_dir(), shown_of(video).is_dir()) == (False, True)


def test_a_repair_by_the_real_engine_brings_what_was_published(video: Video, film: Film) -> None:
    (shown_of(video) / "fallback.mp4").unlink()
    call = request_repair(video, actor=None)
    assert run_waiting_jobs(Lane.LADDER) == 1
    call.refresh_from_db()
    assert (call.status, found(video)) == (JobStatus.DONE, ("", False))
    assert video.published["kept"] == film.facts["kept"]
    assert audit.examine(video, wholly=True, should_stop=None) == audit.Found()


def test_without_an_original_owner_and_operators_learn_it_once(
    video: Video, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = Use(video.pk, "入党誓词", "/lessons/7/", shown=True)
    monkeypatch.setattr(uses, "_finders", [(lambda keys: [lesson] if video.pk in keys else [], lambda _video: False)])
    (shown_of(video) / "master.m3u8").unlink()
    Video.objects.update(original="")
    for _night in range(2):
        tonight()
    assert (found(video), Job.objects.filter(kind="videos.repair").exists()) == (
        (AuditFinding.NO_ORIGINAL, True),
        False,
    )
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.url) == (video.owner, "videos.failed", "/lessons/7/")
    assert notice.body.endswith("请重新上传这段视频，并在以下位置选用新上传的视频：入党誓词。")
    assert video.status == VideoStatus.READY
    # Its disk comes back.
    shutil.copy(film.folder / "master.m3u8", shown_of(video))
    assert (tonight(), found(video)) == (1, ("", True))


def test_the_same_file_sent_for_another_video_mends_one_without_an_original(video: Video, quick: Mock) -> None:
    (shown_of(video) / "master.m3u8").unlink()
    name = video.original
    Video.objects.update(original="")
    tonight()
    assert found(video)[0] == AuditFinding.NO_ORIGINAL
    VideoFactory(owner=video.owner, sha256=video.sha256, original=name, is_complete=False)
    stranger = VideoFactory(sha256=video.sha256, is_complete=False)
    assert originals_of(video) == [name]
    assert (tonight(), found(video), stranger.original == name) == (2, ("", False), False)


@pytest.mark.parametrize("fate", ["lost", "changed"])
def test_an_original_that_is_gone_or_changed_is_not_made_into_a_video(video: Video, quick: Mock, fate: str) -> None:
    if fate == "lost":
        original_stores.delete(video.original)
    else:
        spoil(Path(storages["originals"].path(video.original)))
    (shown_of(video) / "poster.jpg").unlink()
    for _night in range(2):
        tonight()
        request_repair(video, actor=None)
        run_waiting_jobs(Lane.LADDER)
    assert (found(video)[0], quick.called, Notice.objects.count()) == (AuditFinding.NO_ORIGINAL, False, 1)


def test_asking_for_a_repair_that_cannot_be_is_no_damage(video: Video) -> None:
    original_stores.delete(video.original)
    for _again in range(2):
        job = request_repair(video, actor=None)
        run_waiting_jobs(Lane.LADDER)
        job.refresh_from_db()
        assert (job.error_code, found(video), Notice.objects.count()) == ("missing_file", ("", False), 0)


def test_a_repair_that_fails_twice_stops_and_the_next_nights_leave_it(
    video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown_of(video) / "poster.jpg").unlink()
    monkeypatch.setattr(engine, "transcode", Mock(side_effect=failure("encoder_failed")))
    tonight()
    assert (found(video)[0], Job.objects.get(kind="videos.repair").attempts) == (AuditFinding.DAMAGED, 1)
    Job.objects.update(run_after=now())
    run_waiting_jobs(Lane.LADDER)
    job = Job.objects.get(kind="videos.repair")
    assert (job.status, job.error_code, job.error_permanent) == (JobStatus.FAILED, "encoder_failed", True)
    assert found(video)[0] == AuditFinding.REPAIR_FAILED
    assert tonight() == 1
    assert (Job.objects.filter(kind="videos.repair").count(), Notice.objects.count()) == (1, 0)


@pytest.mark.parametrize("error", [failure("timeout"), failure("out_of_memory"), LookupError("an answer of a store")])
def test_what_cannot_be_examined_is_said_and_holds_no_other_up(
    video: Video, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    behind = another(video, audited_at=now())
    monkeypatch.setattr(verify, "verify", Mock(side_effect=error))
    assert (tonight(), found(video), found(behind)) == (1, (AuditFinding.UNCHECKED, True), ("", True))
    assert Job.objects.get().result == {"seen": 2, "damaged": 0}


def test_a_file_that_the_disk_cannot_read_is_damage_and_holds_no_other_up(video: Video, quick: Mock) -> None:
    behind = another(video, audited_at=now())
    unreadable(shown_of(video) / "240p" / "seg00000.m4s")
    assert (tonight(), found(video), found(behind)) == (2, ("", False), ("", True))


def test_what_does_not_play_as_it_was_published_is_left_to_a_person(
    video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(verify, "verify", Mock(side_effect=failure("verify_failed")))
        assert (tonight(), found(video)) == (1, (AuditFinding.REPAIR_FAILED, True))
    assert (tonight(), found(video)) == (1, (AuditFinding.REPAIR_FAILED, True))


@pytest.mark.parametrize("marked", [True, False])
def test_of_a_disk_that_is_not_mounted_nothing_is_known(video: Video, quick: Mock, *, marked: bool) -> None:
    """The place where it should be is there, and what was published meanwhile."""
    for _more in range(2):
        another(video, audited_at=now())
    root = Path(storages["renditions"].path(""))
    if not marked:
        shutil.rmtree(root / store_marks.FOLDER)
    away = root.rename(root.with_name("away"))
    newest = VideoFactory(published=video.published, audited_at=now())
    shutil.copytree(away / str(video.uuid) / video.generation, shown_of(newest))
    assert (tonight(), found(video)) == (1, ("", False))
    job = request_repair(video, actor=None)
    run_waiting_jobs(Lane.LADDER)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error_code, quick.called) == (JobStatus.QUEUED, 0, "storage_away", False)
    shutil.rmtree(root)
    away.rename(root)
    Job.objects.update(run_after=now())
    assert (run_waiting_jobs(Lane.LADDER), found(video)) == (1, ("", False))


def test_a_disk_that_goes_while_a_repair_is_made_is_waited_for(video: Video, quick: Mock) -> None:
    root = Path(storages["renditions"].path(""))
    made = quick.side_effect

    def unmounted(*arguments: Any, **options: Any) -> Any:
        root.rename(root.with_name("away"))
        return made(*arguments, **options)

    quick.side_effect = unmounted
    job = request_repair(video, actor=None)
    run_waiting_jobs(Lane.LADDER)
    job.refresh_from_db()
    assert (job.status, job.attempts, root.exists()) == (JobStatus.QUEUED, 0, False)
    root.with_name("away").rename(root)
    Job.objects.update(run_after=now())
    assert (run_waiting_jobs(Lane.LADDER), quick.call_count) == (1, 1)


@pytest.mark.parametrize("error", [StorageAway(), failure("out_of_space")])
def test_what_a_repair_needs_and_does_not_find_is_no_failure_of_it(
    video: Video, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(engine, "transcode", Mock(side_effect=error))
    job = request_repair(video, actor=None)
    for _attempt in range(audit.FAILURES):
        Job.objects.update(run_after=now())
        run_waiting_jobs(Lane.LADDER)
    job.refresh_from_db()
    assert (job.status, job.result) == (JobStatus.QUEUED, {})


def test_a_look_at_a_large_video_can_be_stopped(video: Video) -> None:
    with pytest.raises(PipelineError) as stopped:
        audit.look_at(video, wholly=True, should_stop=lambda: True)
    assert (stopped.value.code, found(video)) == ("cancelled", ("", False))


def test_a_night_ends_with_its_time_or_with_too_much_damage(video: Video, settings: Any, quick: Mock) -> None:
    for _more in range(audit.MOST_DAMAGED):
        VideoFactory()
    settings.VIDEO_AUDIT_MINUTES = 0
    tonight()
    assert Video.objects.filter(audited_at=None).count() == audit.MOST_DAMAGED + 1
    settings.VIDEO_AUDIT_MINUTES = 1
    shutil.rmtree(shown_of(video))
    tonight()
    night = Job.objects.filter(kind="videos.audit").latest("pk")
    assert night.result == {"seen": audit.MOST_DAMAGED, "damaged": audit.MOST_DAMAGED}


def test_other_peoples_work_goes_before_the_next_video(video: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    VideoFactory(published=video.published, audited_at=now())
    monkeypatch.setattr(audit, "others_wait_to_begin", Mock(return_value=True))
    enqueue_nightly_audit()
    Job.objects.update(run_after=now())
    job = Job.objects.get()
    fence = claim(job, worker="suite")
    assert fence == 1
    run_claimed(job, fence)
    job.refresh_from_db()
    assert (job.status, job.result["seen"], job.attempts) == (JobStatus.QUEUED, 1, 0)


def test_a_video_is_repaired_once_at_a_time_and_not_after_its_end(video: Video, quick: Mock) -> None:
    first = request_repair(video, actor=None)
    assert request_repair(video, actor=None) == first
    delete_video(video, video.owner)
    assert (run_waiting_jobs(Lane.LADDER), Job.objects.get(pk=first.pk).status) == (0, JobStatus.CANCELLED)


def test_the_command_tells_what_is_wrong_and_has_it_mended(
    video: Video, quick: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("videos", "audit", str(video.pk))
    assert capsys.readouterr().out == f"{video.pk}  as published\n"
    (shown_of(video) / "audio.m4a").unlink()
    with pytest.raises(CommandError, match="Something is wrong with 1 of 1 videos"):
        call_command("videos", "audit", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["items"][0]["video"], told["items"][0]["finding"]) == (1, video.pk, "damaged")
    assert "audio.m4a is missing" in told["items"][0]["wrong"]
    run_waiting_jobs(Lane.LADDER)
    call_command("videos", "repair", str(video.pk))
    job = Job.objects.latest("pk")
    assert capsys.readouterr().out == f"{video.pk}  job {job.pk} queued\n"
