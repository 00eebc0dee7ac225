"""What was approved stays as it was approved."""

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from wagtail.models import WorkflowState

from cms.core.errors import DomainError
from cms.lessons.models import MicroLesson


def refuse_replacement(document_id: int) -> None:
    """Raise DomainError (`approved`) when a lesson that is shown or in review holds the document.

    Readers and reviewers saw the file as it is; another one would never have been looked at.
    """
    shown = MicroLesson.objects.filter(shown_documents=document_id, live=True).exists()
    if shown or document_id in documents_in_review():
        raise DomainError(
            _(
                "A lesson that is published or in review uses this file. Please add the new one as a document of its own."
            ),
            code="approved",
        )


def documents_in_review() -> set[int]:
    """Return the documents of all lessons in review; they stand in their revisions, not in rows of their own."""
    running = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(MicroLesson), status=WorkflowState.STATUS_IN_PROGRESS
    )
    contents = running.values_list("current_task_state__revision__content", flat=True)
    attached = (row for content in contents if content for row in content.get("attachments", ()))
    return {int(row["document"]) for row in attached if row.get("document")}
