"""Wagtail's workflow signals enter here, whether somebody decided in the admin or in the workbench."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import TaskState
from wagtail.signals import task_approved, task_rejected, task_submitted

from cms.accounts.models import User
from cms.review.models import ReviewTaskState
from cms.review.services import announce_approval, announce_return, announce_submission


@receiver(task_submitted)
def on_submitted(sender: type[TaskState], instance: TaskState, user: User | None, **kwargs: Any) -> None:
    if isinstance(instance, ReviewTaskState):
        announce_submission(instance)


@receiver(task_approved)
def on_approved(sender: type[TaskState], instance: TaskState, user: User | None, **kwargs: Any) -> None:
    if isinstance(instance, ReviewTaskState):
        announce_approval(instance, actor=user)


@receiver(task_rejected)
def on_rejected(sender: type[TaskState], instance: TaskState, user: User | None, **kwargs: Any) -> None:
    if isinstance(instance, ReviewTaskState):
        announce_return(instance, actor=user)
