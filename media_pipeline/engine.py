"""What others call: make a video playable quickly (`first_play`), then make everything of it (`transcode`)."""

from __future__ import annotations

import contextlib
import errno
import json
import resource
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import checkpoint, commands, loudness, package, run, spec, stills, verify
from media_pipeline.errors import PipelineError, failure
from media_pipeline.growing import first_play
from media_pipeline.making import HERE, SOUNDS, WORK, folders_of, require_room, with_what_was_there
from media_pipeline.plan import plan as make_plan
from media_pipeline.plan import worth_keeping
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[float], None]
    Stop = Callable[[], bool]

__all__ = ["HERE", "RESULT", "SOUNDS", "WORK", "finished", "first_play", "transcode"]

RESULT = "result.json"
_MEASURED, _COPIED, _ENCODED = 0.06, 0.1, 0.93


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
        _give_up(draft, out_dir, error)
        raise
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        full = failure("out_of_space")
        _give_up(draft, out_dir, full)
        raise full from error
    finally:
        if own:
            shutil.rmtree(draft, ignore_errors=True)
    return made


def finished(out_dir: Path) -> spec.Result | None:
    """Return what an earlier run made and left whole in a folder; None when there is nothing."""
    try:
        told = json.loads((out_dir / RESULT).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return spec.Result.from_json(told) if told["ok"] else None


def leave_refusal(out_dir: Path, error: PipelineError) -> None:
    """Leave a folder that holds nothing but the reason."""
    draft = package.draft_folder(out_dir)
    package.write_text(draft / RESULT, json.dumps({"ok": False, "error": error.to_json()}) + "\n")
    package.publish_folder(draft, out_dir)


def _give_up(draft: Path, out_dir: Path, error: PipelineError) -> None:
    if error.code == "out_of_space":
        shutil.rmtree(draft, ignore_errors=True)  # makes room for the reason
    with contextlib.suppress(OSError):  # the reason itself is raised in any case
        leave_refusal(out_dir, error)


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
        start = checkpoint.begin(self.out_dir, self.file, self.source, self.plan, self._folders())
        require_room(self.out_dir, self.source, self.plan)
        self.work.mkdir(exist_ok=True)
        level = self._listen()
        self.on_progress(_MEASURED)
        self._encode(level, self._copy(), start)
        checkpoint.finish(self.out_dir, [folder.name for folder in self._folders()])
        outputs = self._package()
        kept = [rung for rung in self.plan.rungs if rung.name in {output.name for output in outputs}]
        with checkpoint.judging(self.out_dir):
            verify.verify(self.out_dir, self.source, self.plan, kept, should_stop=self.should_stop)
        self._clear_up(kept)
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
        return folders_of(self.out_dir, self.plan.rungs, SOUNDS * self.plan.audio)

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
        if start.segment and self.plan.audio:
            self._sound_again(level)
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
        if self.plan.audio and not start.segment:
            self._note_sound(finished)

    def _sound_again(self, level: spec.Loudness) -> None:
        known = checkpoint.remembered(self.out_dir)
        if checkpoint.SOUNDED in known:
            self.lufs = known[checkpoint.SOUNDED]
            return
        argv = commands.sound_argv(self.file, self.source, HERE, level, seconds=spec.SEGMENT_S, low=True)
        self._note_sound(self._ffmpeg(argv, _COPIED, _COPIED))
        checkpoint.finish(self.out_dir, SOUNDS)

    def _note_sound(self, finished: run.Finished) -> None:
        self.lufs = loudness.read_meter(finished.stderr)
        checkpoint.remember(self.out_dir, **{checkpoint.SOUNDED: self.lufs})

    def _ffmpeg(
        self, argv: list[str], before: float, after: float, start: spec.Start = spec.BEGINNING
    ) -> run.Finished:
        def tell(fraction: float) -> None:
            self._note_first_play()
            self.on_progress(before + (after - before) * fraction)

        step = with_what_was_there(tell, start, self.source, self.plan)

        return run.run(
            argv,
            cwd=self.out_dir,
            nice=run.WHENEVER,  # somebody's first play goes before anybody's other sizes
            on_progress=step,
            duration_s=self.source.duration_s,
            should_stop=self.should_stop,
            memory_bytes=self.source.video.memory_bytes,
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
        """Return those sizes that give a player something to choose."""
        kept = worth_keeping([one.rung for one in variants], [one.average for one in variants])
        return [one for one, keep in zip(variants, kept, strict=True) if keep]

    def _clear_up(self, kept: Sequence[spec.Rung]) -> None:
        """Remove what only the making needed, now that nothing has to be made again."""
        for rung in self.plan.rungs:
            if rung not in kept:
                shutil.rmtree(self.out_dir / rung.name)
        for folder in folders_of(self.out_dir, kept, SOUNDS * self.plan.audio):
            package.forget_lists(folder)
        shutil.rmtree(self.work)
        checkpoint.forget(self.out_dir)

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
        film = [package.join(self.out_dir / small.name, self.work / "picture.mp4")]
        wrapped = {self.out_dir / "fallback.mp4": film}
        if self.plan.audio:
            sound = package.join(self.out_dir / commands.AUDIO_FOLDER, self.work / "sound.mp4")
            film.append(sound)
            wrapped[self.out_dir / "audio.m4a"] = [sound]
        run.run(commands.wrap_argv(wrapped), duration_s=self.source.duration_s, should_stop=self.should_stop)

    def _stills(self) -> None:
        stills.choose_poster(self.work.glob("poster*.jpg"), self.out_dir)
        step = commands.tile_step(self.source, self.plan) / self.plan.fps
        tiles = self.work.glob("tile*.jpg")
        stills.make_sprite(tiles, self.out_dir, seconds=float(step), total_s=self.source.duration_s)


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
