"""The first play: one small rung that can be watched while it grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from media_pipeline import checkpoint, commands, loudness, package, run, spec, verify
from media_pipeline.errors import failure
from media_pipeline.making import HERE, SOUNDS, folders_of, with_what_was_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from media_pipeline.making import Progress, Stop

# Listening to the beginning is enough to set the level of what is shown only until the ladder is there.
FIRST_PLAY_LISTEN_S = 20.0


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
    folders = folders_of(out_dir, [plan.first_play], SOUNDS[:1] * plan.audio)
    start = checkpoint.begin(out_dir, source_file, source, plan, folders)
    level = spec.Loudness(lufs=None)
    if plan.audio:
        listened = min(FIRST_PLAY_LISTEN_S, source.duration_s)
        level = loudness.measure(source_file, source, seconds=listened, should_stop=should_stop)
    growing = _Growing(out_dir, folders, source, plan, on_playable)
    growing.publish()

    def step(fraction: float) -> None:
        growing.publish()
        on_progress(fraction)

    if start.segment and plan.audio:
        _sound_again(source_file, source, level, growing, should_stop)
    argv = commands.first_play_argv(source_file, source, plan, HERE, level, start=start)
    run.run(
        argv,
        cwd=out_dir,
        on_progress=with_what_was_there(step, start, source, plan),
        duration_s=source.duration_s,
        should_stop=should_stop,
        memory_bytes=source.video.memory_bytes,
    )
    growing.publish()
    if not growing.playable:
        raise failure("encoder_failed")
    on_progress(1.0)
    checkpoint.finish(out_dir, [folder.name for folder in folders])
    with checkpoint.judging(out_dir):
        verify.verify(out_dir, source, plan, [plan.first_play], complete=False, should_stop=should_stop)
    for folder in folders:
        package.forget_lists(folder)
    checkpoint.forget(out_dir)


def _sound_again(
    source_file: Path, source: spec.Source, level: spec.Loudness, growing: _Growing, should_stop: Stop | None
) -> None:
    """Make the sound whole before the pictures go on, unless an attempt before this one did."""
    out_dir = growing.out_dir
    if checkpoint.SOUNDED in checkpoint.remembered(out_dir):
        return
    argv = commands.sound_argv(source_file, source, HERE, level, seconds=spec.FIRST_SEGMENT_S, low=False)
    run.run(
        argv,
        cwd=out_dir,
        on_progress=lambda _fraction: growing.publish(),
        duration_s=source.duration_s,
        should_stop=should_stop,
        memory_bytes=source.video.memory_bytes,
    )
    checkpoint.finish(out_dir, SOUNDS[:1])
    checkpoint.remember(out_dir, **{checkpoint.SOUNDED: None})
    growing.publish()


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
