"""The admin's first page says what has no answer yet, within the person's organisations."""

from typing import Any

from django.urls import reverse
from laces.components import Component

from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.feedback.queries import open_reports_for, overdue_reports_for

ROWS = 5


class UnansweredPanel(Component):
    """Suggestions and reports without an answer, the soonest due first, and how many are overdue."""

    template_name = "feedback/admin/panel.html"
    order = 140

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        rows = open_reports_for(user)
        return {
            "count": rows.count(),
            "overdue": overdue_reports_for(user).count(),
            "rows": [
                {
                    "text": row.text,
                    "title": row.subject_label,
                    "kind": row.get_category_display(),
                    "owner": row.assigned_to,
                    "due": local_date(row.due_on),
                    "late": row.due_on < today(),
                    "url": reverse("feedback:answer", args=[row.pk]),
                }
                for row in rows[:ROWS]
            ],
        }
