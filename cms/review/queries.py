"""What waits for whom, and what was decided."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from wagtail.models import Revision, RevisionMixin, TaskState

from cms.accounts.models import User
from cms.organisations.queries import standing_of
from cms.review.enums import STAGE_ROLES
from cms.review.models import ReviewTaskState


def within_reach(user: User | AnonymousUser) -> QuerySet[ReviewTaskState]:
    """Return all looks, open and ended, that are the person's duty and not about the own work or own changes."""
    reach = Q(pk__in=[])
    standing = standing_of(user)
    for stage, roles in STAGE_ROLES.items():
        for path in standing.paths_of(*roles):
            reach |= Q(stage=stage, organisation__path__startswith=path)
    rows: QuerySet[ReviewTaskState] = ReviewTaskState.objects.filter(reach)
    return rows.exclude(author_id=user.pk).exclude(
        pk__in=ReviewTaskState.objects.filter(changers=user.pk).values("pk")
    )


def waiting_for(user: User | AnonymousUser) -> QuerySet[ReviewTaskState]:
    """Return the open looks that wait for the person, the most urgent first; rows tell label, author and due day."""
    open_ones = within_reach(user).filter(status=TaskState.STATUS_IN_PROGRESS)
    return open_ones.select_related("organisation", "author", "workflow_state").order_by("due_on", "pk")


def history_of(obj: RevisionMixin) -> QuerySet[ReviewTaskState]:
    """Return every look the object ever had, oldest first: who, when, what, and the author's answers."""
    states: QuerySet[ReviewTaskState] = ReviewTaskState.objects.filter(
        workflow_state__base_content_type=obj.get_base_content_type(), workflow_state__object_id=str(obj.pk)
    )
    return states.select_related("finished_by", "organisation").order_by("started_at", "pk")


def last_return_of(obj: RevisionMixin) -> ReviewTaskState | None:
    """Return the look that sent the object back the last time, or None."""
    return history_of(obj).filter(status=TaskState.STATUS_REJECTED).last()


def who_approved(revision: Revision | None) -> User | None:
    """Return whose approval let the revision be shown, or who wrote it where no look is known."""
    if revision is None:
        return None
    look = ReviewTaskState.objects.filter(revision=revision, status=TaskState.STATUS_APPROVED).order_by("-pk").first()
    person: User | None = revision.user if look is None else look.finished_by
    return person
