"""Who may look."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from wagtail.models import TaskState

from cms.accounts.models import User
from cms.review.models import ReviewTaskState
from cms.review.queries import within_reach


def get_review_for(user: User | AnonymousUser, pk: int) -> ReviewTaskState:
    """Return a look that is the person's duty, open or decided.

    Raises Http404 for everybody else, and for a look whose author took the lesson back: it is the author's alone again.
    """
    rows = (
        within_reach(user)
        .exclude(status=TaskState.STATUS_CANCELLED)
        .select_related("organisation", "author", "workflow_state", "revision")
    )
    state = rows.filter(pk=pk).first()
    if state is None:
        raise Http404
    return state
