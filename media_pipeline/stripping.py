"""The recording as it was sent, without what the device wrote beside picture and sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_pipeline import commands, hidden_units, run
from media_pipeline.errors import PipelineError, failure
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from media_pipeline import spec

NAME = "original"
# What the file was in, as far as it can hold every stream that is copied; anything else goes where everything fits.
FORMS = {"mp4": "mp4", "mov": "mov", "3gp": "mov"}
ANYTHING = "mkv"
# Copying waits for disks and nothing else: two gigabytes take half a minute on a slow one.
WALL_S = 900.0
SLACK_S, SLACK_SHARE = 0.35, 0.01


def strip(
    source_file: Path,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Path:
    """Copy picture and sound of a file into a new one in `folder`, and return that.

    Nothing is encoded anew; the way the picture is turned stays. Place, device, dates, chapters, cover pictures, streams of
    data and what hides among the pictures (SEI) are left out. Raises PipelineError.
    """
    source = probe(source_file, should_stop=should_stop)
    form = FORMS.get(source.container, ANYTHING)
    # A phone's second sound may be of a kind that nothing can write down; a strange one that only Matroska can.
    for form_now, all_sounds in ((form, True), (form, False), (ANYTHING, False)):
        target = folder / f"{NAME}.{form_now}"
        try:
            argv = commands.strip_argv(source_file, source, target, all_sounds=all_sounds)
            run.run(
                argv,
                nice=run.WHENEVER,
                wall_s=WALL_S,
                duration_s=source.duration_s,
                on_progress=on_progress,
                should_stop=should_stop,
            )
            if source.video.codec == "hevc":
                hidden_units.overwrite(target)
            _compare(source, probe(target, should_stop=should_stop))
        except PipelineError as error:
            target.unlink(missing_ok=True)
            if error.code == "cancelled" or (form_now, all_sounds) == (ANYTHING, False):
                raise
            if error.code not in {"encoder_failed", "verify_failed", "broken"} and not error.permanent:
                raise
        else:
            return target
    raise failure("encoder_failed")


def _compare(sent: spec.Source, made: spec.Source) -> None:
    """Raise PipelineError verify_failed unless the new file shows the same."""
    before, after = (
        (one.video.codec, one.video.rotation, one.video.mirrored, one.video.display_width, one.video.display_height)
        for one in (sent, made)
    )
    late = abs(sent.duration_s - made.duration_s) > max(SLACK_S, sent.duration_s * SLACK_SHARE)
    if before != after or late or (sent.audio is None) != (made.audio is None):
        raise failure("verify_failed", "The copy does not show what the recording shows.")
