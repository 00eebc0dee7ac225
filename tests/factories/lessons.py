"""Lessons for tests, made through the services."""

from dataclasses import dataclass
from typing import Any

from cms.accounts.models import User
from cms.core.clock import now
from cms.lessons.models import MicroLesson
from cms.lessons.services import save_draft, start_lesson, submit_lesson
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.services import approve
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory

READY = {"people": "nobody", "minors": "none", "no_secrets": True, "rights_clear": True}


def make_video(owner: User, **values: Any) -> Video:
    """Return a row of a video that plays; no file belongs to it."""
    defaults = {
        "status": VideoStatus.READY,
        "generation": "g1",
        "duration_s": 200.0,
        "is_complete": True,
        "has_audio": True,
    }
    video: Video = Video.objects.create(owner=owner, title="录像", created_at=now(), **(defaults | values))
    return video


@dataclass
class Stage:
    """A committee with a branch: an author, the branch secretary, an editor, a reader from elsewhere."""

    committee: Organisation
    branch: Organisation
    author: User
    secretary: User
    editor: User
    outsider: User


def make_stage() -> Stage:
    """Return people and organisations for the whole thread."""
    committee = OrganisationFactory(kind="committee")
    branch = OrganisationFactory(parent=committee)
    elsewhere = OrganisationFactory()
    author, secretary, editor, outsider = UserFactory.create_batch(4)
    for person, home in ((author, branch), (secretary, branch), (editor, committee), (outsider, elsewhere)):
        MembershipFactory(user=person, organisation=home)
    for person in (secretary, editor):
        give_factor(person)
    RoleAssignmentFactory(user=secretary, organisation=branch, role=Role.BRANCH_SECRETARY)
    RoleAssignmentFactory(user=editor, organisation=committee, role=Role.EDITOR)
    return Stage(committee, branch, author, secretary, editor, outsider)


def give_factor(person: User) -> None:
    """Give a second factor, as staff roles need one."""
    from tests.factories.accounts import give_second_factor

    give_second_factor(person)


def make_draft(stage: Stage, **values: Any) -> MicroLesson:
    """Return a lesson that can be handed in."""
    lesson = start_lesson(stage.author, video=make_video(stage.author))
    save_draft(lesson, READY | {"title": "雪后巡线，先看杆基"} | values, actor=stage.author)
    return MicroLesson.objects.get(pk=lesson.pk)


def draft_of(lesson: MicroLesson) -> MicroLesson:
    """Return the lesson as its author left it."""
    draft: MicroLesson = MicroLesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    return draft


def make_submitted(stage: Stage, **values: Any) -> MicroLesson:
    """Return a lesson that waits for the branch."""
    lesson = make_draft(stage, **values)
    submit_lesson(lesson, actor=stage.author)
    return MicroLesson.objects.get(pk=lesson.pk)


def make_published(stage: Stage, **values: Any) -> MicroLesson:
    """Return a lesson that went the whole way."""
    lesson = make_submitted(stage, **values)
    approve(lesson, actor=stage.secretary)
    approve(MicroLesson.objects.get(pk=lesson.pk), actor=stage.editor)
    return MicroLesson.objects.get(pk=lesson.pk)
