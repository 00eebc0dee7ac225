"""Look at the files of finished videos and make damaged ones anew."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.clock import now
from cms.core.errors import DomainError
from cms.videos.errors import StorageAway
from cms.videos.handlers.audit import MOST, look_at
from cms.videos.models import Video
from cms.videos.queries import due_for_audit
from cms.videos.services.audit import request_repair, require_finished


class Command(BaseCommand):
    help = "Examine the files of finished videos (exit code 1 when something is wrong), or make videos anew."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        looking = acts.add_parser("audit", help="Examine videos wholly, here and now; what is damaged is made anew.")
        looking.add_argument("video", type=int, nargs="*", help="Without one: those that were not seen for longest.")
        looking.add_argument("--limit", type=int, default=MOST)
        mending = acts.add_parser("repair", help="Have videos made anew from their originals by the worker.")
        mending.add_argument("video", type=int, nargs="+")
        for sub in acts.choices.values():
            sub.add_argument("--json", action="store_true", help="Print one JSON value.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act that was named."""
        videos = chosen(options)
        act = repaired if options["act"] == "repair" else audited
        rows = []
        for video in videos:
            rows.append(act(video))
            if not options["json"]:
                self.stdout.write(line(rows[-1]))
        if options["json"]:
            self.stdout.write(json.dumps({"items": rows, "total": len(rows)}, ensure_ascii=False))
        wrong = sum(bool(row.get("wrong")) for row in rows)
        if wrong:
            raise CommandError(f"Something is wrong with {wrong} of {len(rows)} videos")


def chosen(options: dict[str, Any]) -> list[Video]:
    """Return the videos that were named, all finished; for an audit without names those whose turn it is."""
    if not options["video"]:
        return list(due_for_audit(now()).select_related("owner")[: options["limit"]])
    found = Video.objects.select_related("owner").in_bulk(options["video"])
    missing = [str(pk) for pk in options["video"] if pk not in found]
    if missing:
        raise CommandError(f"No such video: {', '.join(missing)}")
    for video in found.values():
        require(video)
    return [found[pk] for pk in dict.fromkeys(options["video"])]


def require(video: Video) -> None:
    """Raise CommandError unless the video is finished."""
    try:
        require_finished(video)
    except DomainError as error:
        raise CommandError(f"Video {video.pk} is {video.status}: {error.message}") from error


def audited(video: Video) -> dict[str, Any]:
    """Examine a video and return what is told about it."""
    try:
        wrong = look_at(video, wholly=True)
    except StorageAway as away:
        raise CommandError(f"Video {video.pk}: {away.message}") from away
    video.refresh_from_db()
    return {"video": video.pk, "wrong": wrong, "finding": video.audit_code}


def repaired(video: Video) -> dict[str, Any]:
    """Queue the repair of a video and return what is told about it."""
    try:
        job = request_repair(video, actor=None)
    except DomainError as error:
        raise CommandError(f"Video {video.pk}: {error.message}") from error
    return {"video": video.pk, "job": job.pk, "status": str(job.status)}


def line(row: dict[str, Any]) -> str:
    """Return what a person reads of one video."""
    if "job" in row:
        return f"{row['video']}  job {row['job']} {row['status']}"
    return f"{row['video']}  {row['finding'] or 'as published'}" + (f": {row['wrong']}" if row["wrong"] else "")
