"""Removing files: originals that were kept long enough, and what crashes left behind."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings

from cms.core.clock import now
from cms.videos import original_stores, store_marks
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.queries import named_generations, named_originals
from cms.videos.rendition_stores import rendition_store
from cms.videos.workspaces import OLD_S, sweep_work

log = structlog.get_logger("weike.videos")


def forget_originals(at: datetime | None = None) -> int:
    """Remove the files that people sent for videos finished long ago (ORIGINAL_KEEP); return how many.

    What was made of them stays. Without a limit in the settings nothing goes.
    """
    if settings.ORIGINAL_KEEP is None:
        return 0
    before = (at or now()) - settings.ORIGINAL_KEEP
    finished = Video.objects.filter(status=VideoStatus.READY, is_complete=True, ready_at__lt=before)
    old = list(finished.exclude(original="").values_list("pk", "original"))
    return sum(forget_original(pk, original) for pk, original in old)


def forget_original(pk: int, original: str) -> bool:
    """Remove one original and what was offered of it to download; what fails is told to the operator, keeps no other and is tried again the next day."""
    try:
        # The file first: the row is what remembers that there is one to remove.
        original_stores.delete(original)
    except Exception:
        log.exception("videos.original_not_removed", video=pk)
        return False
    # The copy is named by no row from here on, and swept the next day.
    return (
        Video.objects.filter(pk=pk, original=original).update(
            original="", original_bytes=0, download="", download_bytes=0
        )
        == 1
    )


def sweep_files(*, older_than_s: float = OLD_S) -> int:
    """Remove files that no row names any more: what crashes left behind. Return how many were removed.

    A generation counts as one. Where another site's mark lies, nothing is removed.
    """
    return sweep_renditions(older_than_s) + sweep_originals(older_than_s) + sweep_work(older_than_s)


def sweep_renditions(older_than_s: float) -> int:
    """Remove generations that no video shows."""
    store = rendition_store()
    lost = lost_in("renditions", set(store.generations(older_than_s=older_than_s)), named_generations())
    for uuid, generation in lost:
        store.delete(uuid, generation)
    return len(lost)


def sweep_originals(older_than_s: float) -> int:
    """Remove originals and drafts of them that neither a video nor an upload names."""
    lost = lost_in("originals", set(original_stores.names(older_than_s=older_than_s)), named_originals())
    for name in lost:
        original_stores.discard(name)
    return len(lost)


def lost_in(alias: str, lying: set[Any], named: Collection[Any]) -> list[Any]:
    """Return what of the lying files no row names; nothing where the files are not this site's."""
    lost = sorted(lying - set(named))
    if lost and not store_marks.is_ours(alias, lying, named):
        log.warning("videos.not_our_files", store=alias, unknown=len(lost))
        return []
    return lost
