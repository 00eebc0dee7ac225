"""Whoever takes a lesson or a page down sees at once where it is allowed again, and so do those who read of it later."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cms.feedback.models import ProblemReport
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.organisations.enums import Role
from tests.factories.accounts import signed_in
from tests.factories.admin import in_admin
from tests.factories.feedback import ProblemReportFactory
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
REASON = {"reason": "画面里有内部文件"}
Thing = MicroLesson | ContentPage


stage = standing_scene(make_stage)


def shown_lesson(stage: Stage) -> Thing:
    return make_published(stage)


def shown_page(stage: Stage) -> Thing:
    return publish_page(make_resource(stage.author, stage.committee), stage.editor)


KINDS = [
    pytest.param(shown_lesson, "lessons", "lesson", id="lesson"),
    pytest.param(shown_page, "library", "page", id="page"),
]
Make = Callable[[Stage], Thing]


def take_down(client: Client, room: str, thing: Thing) -> str:
    """Take the thing down; return the page that answers, whatever page that is."""
    client.post(reverse(f"{room}:take_down", args=[thing.pk]), REASON)
    return client.get("/feedback/").content.decode()


def way(room: str, thing: Thing) -> str:
    return f'href="{reverse(f"{room}:restore", args=[thing.pk])}"'


def reported(kind: str, thing: Thing) -> ProblemReport:
    """Return a report about the thing, for those on duty for the committee."""
    keeper = thing.organisation
    made: ProblemReport = ProblemReportFactory(
        subject_kind=kind, subject_id=str(thing.pk), subject_url="/lessons/1/", organisation=keeper
    )
    return made


@pytest.mark.long
@pytest.mark.parametrize(("make", "room", "kind"), KINDS)
def test_an_editor_who_takes_it_down_is_led_to_where_it_is_allowed_again(
    stage: Stage, make: Make, room: str, kind: str
) -> None:
    thing, client = make(stage), signed_in(stage.editor)
    assert way(room, thing) in take_down(client, room, thing)
    client.post(reverse(f"{room}:restore", args=[thing.pk]), {"reason": "已核实"})
    assert type(thing).objects.get(pk=thing.pk).taken_down_at is None


@pytest.mark.long
@pytest.mark.parametrize(("make", "room", "kind"), KINDS)
def test_who_only_takes_down_is_led_to_no_page_that_does_not_open(
    stage: Stage, make: Make, room: str, kind: str
) -> None:
    thing = make(stage)
    guard = make_editor(stage.committee, Role.SECURITY_OFFICER)
    answer = take_down(signed_in(guard), room, thing)
    assert ("已下架。" in answer, way(room, thing) in answer) == (True, False)


@pytest.mark.long
@pytest.mark.parametrize(("make", "room", "kind"), KINDS)
def test_a_report_about_it_says_that_it_was_taken_down_and_leads_editors_to_allowing_it_again(
    stage: Stage, make: Make, room: str, kind: str
) -> None:
    thing = make(stage)
    report = reported(kind, thing)
    address, client = reverse("feedback:answer", args=[report.pk]), signed_in(stage.editor)
    before = client.get(address).content.decode()
    take_down(client, room, thing)
    told = client.get(address).content.decode()
    helper = make_editor(thing.organisation, Role.BRANCH_ADMIN)
    told_helper = signed_in(helper).get(address).content.decode()
    opened = 'href="/lessons/1/"'
    assert [
        ("它已下架。" in page, way(room, thing) in page, opened in page) for page in (before, told, told_helper)
    ] == [
        (False, False, True),
        (True, True, False),
        (True, False, False),
    ]


@pytest.mark.long
def test_the_admin_locks_a_page_that_was_taken_down_and_leads_others_than_who_began_it_to_allowing_it(
    stage: Stage,
) -> None:
    writer, colleague = make_editor(stage.committee), make_editor(stage.committee)
    page = publish_page(make_resource(writer, stage.committee), colleague)
    take_down(signed_in(colleague), "library", page)
    edit = page.curator_page_url()
    shown = [in_admin(person).get(edit).content.decode() for person in (writer, colleague)]
    assert [("画面里有内部文件" in text, way("library", page) in text) for text in shown] == [
        (True, False),
        (True, True),
    ]
    in_admin(colleague).post(edit, {"title": "改了"})
    assert ContentPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "巡线手册"
