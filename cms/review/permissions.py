"""Who may look."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.review.models import ReviewTaskState
from cms.review.queries import within_reach


def get_review_for(user: User | AnonymousUser, pk: int) -> ReviewTaskState:
    """Return a look that is the person's duty; open or ended. Raises Http404 for everybody else."""
    rows = within_reach(user).select_related("organisation", "author", "workflow_state", "revision")
    state = rows.filter(pk=pk).first()
    if state is None:
        raise Http404
    return state
