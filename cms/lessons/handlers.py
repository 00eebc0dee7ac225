"""Periodic work of this room."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.lessons.services import announce_new_lessons, remind_of_review
from cms.lessons.services.groups import sync_all_editors


@scheduled("lessons.remind_of_review", every=timedelta(days=1))
def remind() -> None:
    """Tell authors and editors which lessons should be looked at again."""
    remind_of_review()


@scheduled("lessons.announce_new", every=timedelta(days=1))
def announce() -> None:
    """Tell members what is new in their branch, at eight in the morning of the county."""
    announce_new_lessons()


@scheduled("lessons.sync_editors", every=timedelta(hours=1))
def sync_editors() -> None:
    """Take people whose role ran out by its date out of the admin's groups, also those who keep another duty."""
    sync_all_editors()
