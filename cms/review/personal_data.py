"""What this room keeps about a person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource
from cms.review.models import ReviewTaskState


def collect_reviews(user: User) -> Iterable[dict[str, Any]]:
    """Return decisions the person made and decisions about the person's works, oldest first."""
    rows = ReviewTaskState.objects.filter(Q(finished_by=user) | Q(author=user)).select_related("finished_by")
    for row in rows.order_by("started_at", "pk"):
        yield {
            "title": row.label,
            "stage": str(row.get_stage_display()),
            "status": row.decision_words,
            "fulfilled": row.checklist_words,
            "decided_by": str(row.finished_by or ""),
            "remark": row.comment,
            "answer": row.answer,
            "at": (row.finished_at or row.started_at).isoformat(),
        }


REVIEWS = PersonalDataSource(
    slug="reviews",
    label=_("Reviews of lessons"),
    reason=_("Every lesson is reviewed before it is shown; who decided what must stay known."),
    kept=_("As long as the lesson exists."),
    collect=collect_reviews,
)
