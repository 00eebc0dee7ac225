"""What the worker does for this room."""

from datetime import timedelta
from typing import Any

from cms.jobs.registry import handler
from cms.jobs.runner import JobRun
from cms.jobs.schedule import scheduled
from cms.library.services import announce_days, check_links, remind_of_pages
from cms.library.services.texts import READ, read_document


@handler(READ)
def read_text(run: JobRun) -> dict[str, Any]:
    """Read a document's text for search."""
    return {"found": read_document(run.job.payload["document"])}


@scheduled("library.remind_of_pages", every=timedelta(days=1))
def remind() -> None:
    """Tell people which pages should be looked at again."""
    remind_of_pages()


@scheduled("library.check_links", every=timedelta(hours=1))
def look_at_links() -> None:
    """Look whether the addresses to which pages lead still answer."""
    check_links()


@scheduled("library.announce_days", every=timedelta(hours=1))
def turn_days() -> None:
    """Let announcements be found, and their files open, from their first day to their last."""
    announce_days()
