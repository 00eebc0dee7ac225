"""What the worker does for this room."""

from typing import Any

from cms.jobs.registry import handler
from cms.jobs.runner import JobRun
from cms.library.services.texts import READ, read_document


@handler(READ)
def read_text(run: JobRun) -> dict[str, Any]:
    """Read a document's text for search."""
    return {"found": read_document(run.job.payload["document"])}
