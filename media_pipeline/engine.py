"""What others call: make a video playable quickly (`first_play`), then make everything of it (`transcode`)."""

from __future__ import annotations

import errno
import json
import math
import resource
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import checkpoint, commands, loudness, package, run, spec, stills, verify
from media_pipeline.errors import PipelineError, failure
from media_pipeline.plan import plan as make_plan
from media_pipeline.plan import worth_keeping
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[float], None]
    Stop = Callable[[], bool]

# Listening to the beginning is enough to set the level of what is shown only until the ladder is there.
FIRST_PLAY_LISTEN_S = 20.0
RESULT = "result.json"
# ffmpeg is run in the folder that it fills: a path above it may hold what its muxers take for the place of a number.
HERE = Path()
WORK = ".work"
SOUNDS = (commands.AUDIO_FOLDER, commands.LOW_AUDIO_FOLDER)
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
    and may raise to stop. What an interrupted attempt left in `out_dir` is taken up. Raises PipelineError.
    """
    folders = _folders(out_dir, [plan.first_play], SOUNDS[:1] * plan.audio)
    start = checkpoint.begin(out_dir, source_file, plan, folders)
    level = spec.Loudness(lufs=None)
    if plan.audio:
        listened = min(FIRST_PLAY_LISTEN_S, source.duration_s)
        level = loudness.measure(source_file, source, seconds=listened, should_stop=should_stop)
    growing = _Growing(out_dir, folders, source, plan, on_playable)
    growing.publish()

    def step(fraction: float) -> None:
        growing.publish()
        on_progress(fraction)

    argv = commands.first_play_argv(source_file, source, plan, HERE, level, start=start)
    run.run(
        argv,
        cwd=out_dir,
        on_progress=_rest(step, start, source, plan),
        duration_s=source.duration_s,
        should_stop=should_stop,
    )
    growing.publish()
    if not growing.playable:
        raise failure("encoder_failed")
    checkpoint.finish(out_dir, [folder.name for folder in folders])
    for folder in folders:
        package.forget_lists(folder)
    checkpoint.forget(out_dir)
    verify.verify(out_dir, source, plan, [plan.first_play], complete=False, should_stop=should_stop)


def transcode(
    source_file: Path,
    out_dir: Path,
    *,
    max_height: int | None = None,
    on_progress: Progress | None = None,
    should_stop: Stop | None = None,
    draft: Path | None = None,
) -> spec.Result:
    """Make the whole folder of the contract from a file, or leave only a result.json that says why not.

    Built beside `out_dir` and moved into place at the end. A `draft` of the caller's, on the same disk, is built in
    instead: it outlives an interruption, and what it holds then is taken up when it is given again. Raises
    PipelineError, also when `out_dir` holds other files.
    """
    own = draft is None
    draft = draft or package.draft_folder(out_dir)
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
        if own:
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
        codec = package.avc_codec(init)
        variant = package.Variant(rung=rung, bandwidth=rate, average=rate, codec=codec, fps=float(self.plan.fps))
        text = package.master_playlist([variant], package.FULL_SOUND if self.plan.audio else None)
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
        self.work = out_dir / WORK
        self.max_height = max_height
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.started = time.monotonic()
        self.cpu_before = _cpu_seconds()
        self.first_play_s: float | None = None
        self.lufs: float | None = None
        self.source_lufs: float | None = None

    def make(self) -> spec.Result:
        self.source = probe(self.file, should_stop=self.should_stop)
        self.plan = make_plan(self.source, max_height=self.max_height)
        start = checkpoint.begin(self.out_dir, self.file, self.plan, self._folders())
        self.work.mkdir(exist_ok=True)
        level = self._listen()
        self.on_progress(_MEASURED)
        self._encode(level, self._copy(), start)
        checkpoint.finish(self.out_dir, [folder.name for folder in self._folders()])
        outputs = self._package()
        shutil.rmtree(self.work)
        checkpoint.forget(self.out_dir)
        kept = [rung for rung in self.plan.rungs if rung.name in {output.name for output in outputs}]
        verify.verify(self.out_dir, self.source, self.plan, kept, should_stop=self.should_stop)
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

    def _folders(self) -> tuple[Path, ...]:
        return _folders(self.out_dir, self.plan.rungs, SOUNDS * self.plan.audio)

    def _listen(self) -> spec.Loudness:
        """Measure the sound, once however often the conversion is begun."""
        known = checkpoint.remembered(self.out_dir).get("loudness")
        level = (
            spec.Loudness(**known) if known else loudness.measure(self.file, self.source, should_stop=self.should_stop)
        )
        checkpoint.remember(self.out_dir, loudness=asdict(level))
        self.source_lufs = level.lufs
        return level

    def _copy(self) -> tuple[float, ...]:
        """Repackage the picture when it can be copied, and return where its segments start."""
        if self.plan.lane == "encode":
            return ()
        folder = self.out_dir / self.plan.rungs[0].name
        if not checkpoint.remembered(self.out_dir).get(checkpoint.COPIED):
            argv = commands.copy_argv(self.file, self.source, self.plan, HERE)
            self._ffmpeg(argv, _MEASURED, _COPIED)
            package.merge_pieces(folder)
            checkpoint.remember(self.out_dir, **{checkpoint.COPIED: True})
        return package.made(folder).starts

    def _encode(self, level: spec.Loudness, cuts: tuple[float, ...], start: spec.Start) -> None:
        argv = commands.ladder_argv(
            self.file,
            self.source,
            self.plan,
            HERE,
            stills_dir=HERE / WORK,
            loudness=level,
            cuts=cuts,
            start=start,
        )
        finished = self._ffmpeg(argv, _COPIED, _ENCODED, start)
        if self.plan.audio:
            self.lufs = loudness.read_meter(finished.stderr)

    def _ffmpeg(
        self, argv: list[str], before: float, after: float, start: spec.Start = spec.BEGINNING
    ) -> run.Finished:
        def tell(fraction: float) -> None:
            self._note_first_play()
            self.on_progress(before + (after - before) * fraction)

        step = _rest(tell, start, self.source, self.plan)

        return run.run(
            argv,
            cwd=self.out_dir,
            nice=run.WHENEVER,  # somebody's first play goes before anybody's other sizes
            on_progress=step,
            duration_s=self.source.duration_s,
            should_stop=self.should_stop,
        )

    def _note_first_play(self) -> None:
        """Note when the first segment of one rung, and of the sound, is complete: from then on it could be played."""
        if self.first_play_s is not None:
            return
        rung = self.plan.rungs[0] if self.plan.lane == "remux" else self.plan.rungs[-1]
        names = [rung.name, *([commands.AUDIO_FOLDER] if self.plan.audio else [])]
        if all(package.made(self.out_dir / name).names for name in names):
            self.first_play_s = self._elapsed()

    def _package(self) -> tuple[spec.Output, ...]:
        variants = self._worth_keeping([self._measured(rung) for rung in self.plan.rungs])
        full, low = self._sounds()
        package.write_text(self.out_dir / package.MASTER, package.master_playlist(variants, full))
        small = [one for one in variants if one.rung.short_side <= spec.SAVER_SIDE] or variants[-1:]
        package.write_text(self.out_dir / package.SAVER, package.master_playlist(small, low))
        self._single_files([one.rung for one in variants])
        self._stills()
        return tuple(_output(one) for one in variants)

    def _measured(self, rung: spec.Rung) -> package.Variant:
        folder = self.out_dir / rung.name
        fps = self.source.video.fps if rung.copied else float(self.plan.fps)
        return package.measured(folder, rung, package.close_playlist(folder), fps=fps)

    def _worth_keeping(self, variants: list[package.Variant]) -> list[package.Variant]:
        """Remove the sizes that give a player nothing to choose."""
        kept = worth_keeping([one.rung for one in variants], [one.average for one in variants])
        for one, keep in zip(variants, kept, strict=True):
            if not keep:
                shutil.rmtree(self.out_dir / one.rung.name)
        return [one for one, keep in zip(variants, kept, strict=True) if keep]

    def _sounds(self) -> tuple[package.Sound | None, package.Sound | None]:
        """Close the lists of the sound in two channels and in one, and return both."""
        if not self.plan.audio:
            return None, None
        folders = [self.out_dir / name for name in SOUNDS]
        full, low = (
            package.measured_sound(folder, package.close_playlist(folder), channels=channels)
            for folder, channels in zip(folders, (2, 1), strict=True)
        )
        return full, low

    def _single_files(self, rungs: Sequence[spec.Rung]) -> None:
        small = spec.fallback_of(rungs)
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
        stills.choose_poster(self.work.glob("poster*.jpg"), self.out_dir)
        step = commands.tile_step(self.source, self.plan) / self.plan.fps
        tiles = self.work.glob("tile*.jpg")
        stills.make_sprite(tiles, self.out_dir, seconds=float(step), total_s=self.source.duration_s)


def _folders(out_dir: Path, rungs: Sequence[spec.Rung], sounds: Sequence[str]) -> tuple[Path, ...]:
    return tuple(out_dir / name for name in [*(rung.name for rung in rungs), *sounds])


def _rest(tell: Progress, start: spec.Start, source: spec.Source, plan: spec.Plan) -> Progress:
    """Count what an earlier attempt made as done: ffmpeg tells only how far it came itself."""
    done = min(1.0, float(start.frame / plan.fps) / max(source.duration_s, 0.001))
    return lambda fraction: tell(min(1.0, done + fraction))


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
