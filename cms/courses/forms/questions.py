"""What the admin asks for a question at the end of a page."""

from typing import Any

from cms.lessons.forms.curation import LessonQuestionForm


class EndQuestionForm(LessonQuestionForm):
    """A question as in lessons; in a draft of its page it may be half a question."""

    class Meta(LessonQuestionForm.Meta):
        defer_required_on_fields = ("stem",)

    def fault(self, cleaned: dict[str, Any]) -> str | None:
        return None if self.is_deferred_validation else super().fault(cleaned)
