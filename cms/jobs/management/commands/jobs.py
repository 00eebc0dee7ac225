"""Look at the work and put it right."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.clock import now
from cms.core.errors import DomainError
from cms.jobs import services
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.queries import Outlook


class Command(BaseCommand):
    help = "List work, cancel it, or try again what failed."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        listing = acts.add_parser("list", help="Show jobs, newest first.")
        listing.add_argument("--status", choices=JobStatus.values)
        listing.add_argument("--lane", choices=Lane.values)
        listing.add_argument("--kind")
        listing.add_argument("--code", help="Only those that failed with this code.")
        listing.add_argument("--older", type=int, metavar="MINUTES", help="Only those created so long ago or longer.")
        listing.add_argument("--limit", type=int, default=50)
        for act, text in (("retry", "Try failed or cancelled jobs again."), ("cancel", "End open jobs.")):
            chosen = acts.add_parser(act, help=text)
            chosen.add_argument("job", type=int, nargs="+")
        for sub in acts.choices.values():
            sub.add_argument("--json", action="store_true", help="Print one JSON value.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act that was named."""
        rows = self.listed(options) if options["act"] == "list" else self.acted(options)
        if options["json"]:
            self.stdout.write(json.dumps({"items": rows, "total": len(rows)}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(f"{key}={value}" for key, value in row.items() if value not in (None, "")))

    def listed(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        columns = {"status": "status", "lane": "lane", "kind": "kind", "code": "error_code"}
        wanted = {column: options[key] for key, column in columns.items() if options[key]}
        if options["older"] is not None:
            wanted["created_at__lte"] = now() - timedelta(minutes=options["older"])
        outlook = Outlook()
        return [told(job, outlook) for job in Job.objects.filter(**wanted)[: options["limit"]]]

    def acted(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = Job.objects.in_bulk(options["job"])
        missing = [str(pk) for pk in options["job"] if pk not in found]
        if missing:
            raise CommandError(f"No such job: {', '.join(missing)}")
        for job in found.values():
            if options["act"] == "cancel":
                if not services.cancel(job, actor=None, reason="command line"):
                    raise CommandError(f"Job {job.pk} is over: {job.status}")
                continue
            try:
                services.retry(job, actor=None)
            except DomainError as error:
                raise CommandError(f"Job {job.pk}: {error.message}") from error
        outlook = Outlook()
        return [told(job, outlook) for job in found.values()]


def told(job: Job, outlook: Outlook) -> dict[str, Any]:
    """Return what is printed about a job."""
    return {
        "id": job.pk,
        "kind": job.kind,
        "lane": job.lane,
        "status": str(job.status),
        "progress": round(job.progress, 3),
        "attempts": job.attempts,
        "queue_position": outlook.queue_position(job) if job.status == JobStatus.QUEUED else None,
        "eta_s": outlook.eta_s(job),
        "worker": job.worker,
        "error": job.error_code,
        "message": job.error_message,
        "created_at": job.created_at.isoformat(),
    }
