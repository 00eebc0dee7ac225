"""What others call: make a video playable quickly (`first_play`), then make everything of it (`transcode`)."""

from __future__ import annotations

import errno
import json
import math
import resource
import shutil
import time
from typing import TYPE_CHECKING

from media_pipeline import commands, loudness, package, run, spec, verify
from media_pipeline.errors import PipelineError, failure
from media_pipeline.plan import plan as make_plan
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Progress = Callable[[float], None]
    Stop = Callable[[], bool]

# Listening to the beginning is enough to set the level of what is shown only until the ladder is there.
FIRST_PLAY_LISTEN_S = 20.0
RESULT = "result.json"
_MEASURED, _COPIED, _ENCODED = 0.06, 0.1, 0.93


def first_play(
    source_file: Path,
    out_dir: Path,
    source: spec.Source,
    plan: spec.Plan,
    *,
    on_progress: Progress,
    on_playable: Callable[[], None],
    should_stop: Stop | None = None,
) -> None:
    """Make `out_dir/master.m3u8` with one rung that can be played while it still grows.

    `on_playable` is called once, when the first segments of picture and sound are on disk. `on_progress` gets 0 to 1
    and may raise to stop. An interrupted earlier attempt in `out_dir` is overwritten. Raises PipelineError.
    """
    folders = _fresh_folders(out_dir, (plan.first_play,), audio=plan.audio)
    level = spec.Loudness(lufs=None)
    if plan.audio:
        listened = min(FIRST_PLAY_LISTEN_S, source.duration_s)
        level = loudness.measure(source_file, source, seconds=listened, should_stop=should_stop)
    growing = _Growing(out_dir, folders, source, plan, on_playable)

    def step(fraction: float) -> None:
        growing.publish()
        on_progress(fraction)

    argv = commands.first_play_argv(source_file, source, plan, out_dir, level)
    run.run(argv, on_progress=step, duration_s=source.duration_s, should_stop=should_stop)
    growing.publish()
    if not growing.playable:
        raise failure("encoder_failed")
    for folder in folders:
        (folder / commands.RAW_PLAYLIST).unlink(missing_ok=True)
    verify.verify(out_dir, source, complete=False)


def transcode(
    source_file: Path,
    out_dir: Path,
    *,
    max_height: int | None = None,
    on_progress: Progress | None = None,
    should_stop: Stop | None = None,
) -> spec.Result:
    """Make the whole folder of the contract from a file, or leave only a result.json that says why not.

    Built beside `out_dir` and moved into place at the end. Raises PipelineError, also when `out_dir` holds other files.
    """
    draft = package.draft_folder(out_dir)
    try:
        made = _Transcoding(source_file, draft, max_height, on_progress or _ignore, should_stop).make()
        package.write_text(draft / RESULT, json.dumps(made.to_json()) + "\n")
        package.publish_folder(draft, out_dir)
    except PipelineError as error:
        leave_refusal(out_dir, error)
        raise
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        shutil.rmtree(draft, ignore_errors=True)  # makes room for the reason
        full = failure("out_of_space")
        leave_refusal(out_dir, full)
        raise full from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def leave_refusal(out_dir: Path, error: PipelineError) -> None:
    """Leave a folder that holds nothing but the reason."""
    draft = package.draft_folder(out_dir)
    package.write_text(draft / RESULT, json.dumps({"ok": False, "error": error.to_json()}) + "\n")
    package.publish_folder(draft, out_dir)


class _Growing:
    """Publishes playlists while ffmpeg writes segments, and tells when the first ones can be played."""

    def __init__(
        self,
        out_dir: Path,
        folders: tuple[Path, ...],
        source: spec.Source,
        plan: spec.Plan,
        on_playable: Callable[[], None],
    ) -> None:
        self.out_dir = out_dir
        self.folders = folders
        self.plan = plan
        self.on_playable = on_playable
        self.playable = False
        # A copied picture is cut at its own key frames: at most one distance after the two seconds are over.
        longest = spec.FIRST_SEGMENT_S + source.video.gop_max_s if plan.first_play.copied else spec.SEGMENT_S
        self.target_s = math.ceil(longest)

    def publish(self) -> None:
        listed = [package.publish_playlist(folder, target_s=self.target_s, growing=True) for folder in self.folders]
        if self.playable or not all(segments.names for segments in listed):
            return
        rung = self.plan.first_play
        init = (self.folders[0] / commands.INIT).read_bytes()
        rate = rung.max_bitrate
        variant = package.Variant(rung=rung, bandwidth=rate, average=rate, codec=package.avc_codec(init))
        text = package.master_playlist([variant], fps=float(self.plan.fps), audio=self.plan.audio)
        package.write_text(self.out_dir / package.MASTER, text)
        self.playable = True
        self.on_playable()


class _Transcoding:
    """One run from file to finished folder."""

    def __init__(
        self, source_file: Path, out_dir: Path, max_height: int | None, on_progress: Progress, should_stop: Stop | None
    ) -> None:
        self.file = source_file
        self.out_dir = out_dir
        self.work = out_dir / ".work"
        self.max_height = max_height
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.started = time.monotonic()
        self.cpu_before = _cpu_seconds()
        self.first_play_s: float | None = None
        self.lufs: float | None = None
        self.source_lufs: float | None = None

    def make(self) -> spec.Result:
        self.source = probe(self.file)
        self.plan = make_plan(self.source, max_height=self.max_height)
        self.work.mkdir()
        _fresh_folders(self.out_dir, self.plan.rungs, audio=self.plan.audio)
        level = loudness.measure(self.file, self.source, should_stop=self.should_stop)
        self.on_progress(_MEASURED)
        self.source_lufs = level.lufs
        self._encode(level, cuts=self._copy())
        outputs = self._package()
        shutil.rmtree(self.work)
        verify.verify(self.out_dir, self.source)
        self.on_progress(1.0)
        return spec.Result(
            duration_s=round(self.source.duration_s, 3),
            lane=self.plan.lane,
            rungs=outputs,
            audio=self.plan.audio,
            loudness_lufs=self.lufs,
            source_lufs=self.source_lufs,
            first_play_s=round(self.first_play_s or self._elapsed(), 3),
            total_s=round(self._elapsed(), 3),
            cpu_s=round(_cpu_seconds() - self.cpu_before, 3),
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self.started

    def _copy(self) -> tuple[float, ...]:
        """Repackage the picture when it can be copied, and return where its segments start."""
        if self.plan.lane == "encode":
            return ()
        argv = commands.copy_argv(self.file, self.source, self.plan, self.out_dir)
        self._ffmpeg(argv, _MEASURED, _COPIED)
        return package.read_playlist(self.out_dir / self.plan.rungs[0].name / commands.RAW_PLAYLIST).starts

    def _encode(self, level: spec.Loudness, *, cuts: tuple[float, ...]) -> None:
        argv = commands.ladder_argv(
            self.file, self.source, self.plan, self.out_dir, stills_dir=self.work, loudness=level, cuts=cuts
        )
        finished = self._ffmpeg(argv, _COPIED, _ENCODED)
        if self.plan.audio:
            self.lufs = loudness.read_meter(finished.stderr)

    def _ffmpeg(self, argv: list[str], start: float, end: float) -> run.Finished:
        def step(fraction: float) -> None:
            self._note_first_play()
            self.on_progress(start + (end - start) * fraction)

        return run.run(argv, on_progress=step, duration_s=self.source.duration_s, should_stop=self.should_stop)

    def _note_first_play(self) -> None:
        """Note when the first segment of one rung, and of the sound, is complete: from then on it could be played."""
        if self.first_play_s is not None:
            return
        rung = self.plan.rungs[0] if self.plan.lane == "remux" else self.plan.rungs[-1]
        names = [rung.name, *([commands.AUDIO_FOLDER] if self.plan.audio else [])]
        if all(package.read_playlist(self.out_dir / name / commands.RAW_PLAYLIST).names for name in names):
            self.first_play_s = self._elapsed()

    def _package(self) -> tuple[spec.Output, ...]:
        outputs, variants = [], []
        for rung in self.plan.rungs:
            folder = self.out_dir / rung.name
            segments = package.close_playlist(folder)
            variant = package.measured(folder, rung, segments)
            variants.append(variant)
            outputs.append(_output(variant))
        if self.plan.audio:
            package.close_playlist(self.out_dir / commands.AUDIO_FOLDER)
        master = package.master_playlist(variants, fps=float(self.plan.fps), audio=self.plan.audio)
        package.write_text(self.out_dir / package.MASTER, master)
        self._single_files()
        self._stills()
        return tuple(outputs)

    def _single_files(self) -> None:
        small = next(rung for rung in self.plan.rungs if rung.short_side <= spec.FALLBACK_SIDE)
        parts = [package.join(self.out_dir / small.name, self.work / "picture.mp4")]
        if self.plan.audio:
            sound = package.join(self.out_dir / commands.AUDIO_FOLDER, self.work / "sound.mp4")
            parts.append(sound)
            self._wrap([sound], "audio.m4a", form="ipod")
        self._wrap(parts, "fallback.mp4", form="mp4")

    def _wrap(self, parts: list[Path], name: str, *, form: str) -> None:
        argv = commands.wrap_argv(parts, self.out_dir / name, form=form)
        run.run(argv, duration_s=self.source.duration_s, should_stop=self.should_stop)

    def _stills(self) -> None:
        package.choose_poster(self.work.glob("poster*.jpg"), self.out_dir / "poster.jpg")
        package.make_sprite(
            self.work.glob("tile*.jpg"),
            self.out_dir / "sprite.jpg",
            self.out_dir / "sprite.vtt",
            seconds=float(commands.tile_step(self.source, self.plan) / self.plan.fps),
            total_s=self.source.duration_s,
        )


def _fresh_folders(out_dir: Path, rungs: tuple[spec.Rung, ...], *, audio: bool) -> tuple[Path, ...]:
    names = [rung.name for rung in rungs] + ([commands.AUDIO_FOLDER] if audio else [])
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / package.MASTER).unlink(missing_ok=True)
    folders = tuple(out_dir / name for name in names)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    return folders


def _output(variant: package.Variant) -> spec.Output:
    rung = variant.rung
    return spec.Output(
        name=rung.name,
        width=rung.width,
        height=rung.height,
        bitrate=variant.average,
        playlist=f"{rung.name}/{package.PLAYLIST}",
    )


def _cpu_seconds() -> float:
    """Return the processor time of this process and of all children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _ignore(_fraction: float) -> None:
    """Nobody asked for progress."""
