"""Parts of the admin's edit view: lines in place of stored lists, children with forms of their own, remarks."""

from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.compare import TextFieldComparison
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel, Panel

from cms.core.panels import FieldPanel
from cms.lessons.cue_lines import format_lines
from cms.lessons.findings import findings, missing_for_review
from cms.lessons.models import LessonCaption, LessonQuestion, MicroLesson
from cms.lessons.option_lines import format_options
from cms.review.models import ReviewTaskState
from cms.review.queries import history_of, within_reach


class CuesComparison(TextFieldComparison):
    """Compares captions line by line."""

    def __init__(self, field: Any, obj_a: LessonCaption, obj_b: LessonCaption) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = format_lines(obj_a.cues), format_lines(obj_b.cues)


class OptionsComparison(TextFieldComparison):
    """Compares options line by line, with the marks of the right ones."""

    def __init__(self, field: Any, obj_a: LessonQuestion, obj_b: LessonQuestion) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (format_options(row.options, row.answer) for row in (obj_a, obj_b))


class LinesPanel(FieldPanel):
    """A field that is stored as a list and typed as lines; versions are compared as lines too."""

    comparisons = {"cues": CuesComparison, "options": OptionsComparison}

    def get_comparison_class(self) -> Any:
        return self.comparisons[self.field_name]


class AnswerPanel(FieldPanel):
    """An answer of the author that editors read; yes and no are words."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, **{**kwargs, "read_only": True})

    def format_value_for_display(self, value: Any) -> Any:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return super().format_value_for_display(value)


class PartsPanel(InlinePanel):
    """Children of a lesson with a form of their own, and with rules about several of them."""

    def __init__(
        self, *args: Any, child_form: Any = WagtailAdminModelForm, child_formset: Any = BaseChildFormSet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.child_form = child_form
        self.child_formset = child_formset

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().clone_kwargs()
        return kwargs | {"child_form": self.child_form, "child_formset": self.child_formset}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name] |= {
            "form": self.child_form,
            "formset": self.child_formset,
            "inherit_kwargs": ["for_user"],
        }
        return options


class FindingsPanel(Panel):
    """What is missing for a review and what would make the lesson better, as it is stored now."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "lessons/admin/findings.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            missing = [text for texts in missing_for_review(self.instance).values() for text in texts]
            return context | {"missing": missing, "findings": findings(self.instance)}


class LooksPanel(Panel):
    """Every look so far: what the author answered, what the reviewer ticked and wrote, and what differs from what is shown."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "lessons/admin/looks.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            looks = list(history_of(self.instance))
            compared = ["", *(compare_versions(self.instance, *pair) for pair in pairwise(looks))]
            mine = within_reach(self.request.user).filter(pk=looks[-1].pk).exists() if looks else False
            return context | {
                "looks": list(zip(looks, compared, strict=False)),
                "review_url": self.instance.review_page_url(looks[-1].pk) if mine and looks[-1].is_open else "",
                "compare_url": compare_url(self.instance),
            }


def compare_versions(lesson: MicroLesson, before: ReviewTaskState, look: ReviewTaskState) -> str:
    """Return where what was handed in for a look is compared with what the look before it saw; empty for the same."""
    if before.revision_id in {None, look.revision_id} or look.revision_id is None:
        return ""
    keys = [lesson.pk, before.revision_id, look.revision_id]
    return reverse("wagtailsnippets_lessons_microlesson:revisions_compare", args=keys)


def compare_url(lesson: MicroLesson) -> str:
    """Return where what is or was shown is compared with the newest version; empty when nothing differs."""
    if lesson.first_published_at is None or not lesson.has_unpublished_changes:
        return ""
    return reverse("wagtailsnippets_lessons_microlesson:revisions_compare", args=[lesson.pk, "live", "latest"])


class DayPanel(Panel):
    """Until when the lesson should be looked at again, and where the next day is set."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "lessons/admin/day.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            act = reverse("wagtail_bulk_action", args=["lessons", "microlesson", "set_review_by"])
            query = urlencode({"id": self.instance.pk, "next": self.instance.curator_page_url()})
            return context | {"review_by": self.instance.review_by, "act_url": f"{act}?{query}"}
