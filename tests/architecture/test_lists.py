"""Every page that lists something: as many queries for three rows as for one, and a page of ten thousand is a page."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.audit import record_act
from cms.accounts.models import AuditEntry, User
from cms.core.clock import now, today
from cms.evaluations.models import Evaluation
from cms.feedback.models import ProblemReport
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourDispute, HourEntry
from cms.lessons.models import MicroLesson
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import DataDispute, Membership
from cms.videos.models import Video
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.evaluations import make_evaluation, vote
from tests.factories.feedback import ProblemReportFactory
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource, publish_page
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.videos import UploadFactory, VideoFactory

Row = TypeVar("Row", bound=models.Model)
pytestmark = [pytest.mark.django_db, pytest.mark.wide]
MANY = 10_000
# The counting of pages, where few rows needed none.
PAGING = 3
LONGEST_PAGE = 400_000
PAGES = (
    ("visitor", "/"),
    ("visitor", "/lessons/"),
    ("visitor", "/library/"),
    ("visitor", "/announcements/"),
    ("visitor", "/search/?q=雪后"),
    ("visitor", "/api/v1/search?q=雪后"),
    ("visitor", "/api/v1/suggest?q=雪"),
    ("visitor", "/feedback/answers/"),
    ("author", "/"),
    ("author", "/me/"),
    ("author", "/me/record/"),
    ("author", "/me/teaching/"),
    ("author", "/me/data/"),
    ("author", "/notices/"),
    ("author", "/feedback/"),
    ("author", "/upload/"),
    ("author", "/lessons/mine/"),
    ("author", "/videos/mine/"),
    ("author", "/api/v1/uploads/"),
    ("secretary", "/workbench/"),
    ("secretary", "/workbench/members/"),
    ("secretary", "/workbench/hours/"),
    ("secretary", "/workbench/disputes/"),
    ("secretary", "/workbench/reports/"),
    ("secretary", "/workbench/evaluations/"),
    ("officer", "/workbench/accounts/"),
    ("officer", "/workbench/organisations/"),
    ("auditor", "/workbench/audit/"),
    ("editor", "/workbench/"),
    ("editor", "/admin/"),
    ("editor", "/admin/snippets/lessons/microlesson/"),
    ("author", "/library/"),
    ("author", "/announcements/"),
)


def make_people() -> tuple[Stage, dict[str, Client]]:
    """Return the lessons' stage with two officers, and everybody's browser."""
    stage = make_stage()
    people = {"author": stage.author, "secretary": stage.secretary, "editor": stage.editor}
    for name, role in (("officer", Role.SECURITY_OFFICER), ("auditor", Role.AUDITOR)):
        people[name] = UserFactory()
        give_second_factor(people[name])
        RoleAssignmentFactory(user=people[name], organisation=stage.committee, role=role)
    clients = {"visitor": Client()}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(User.objects.get(pk=person.pk))
    return stage, clients


def add_one_of_everything(stage: Stage) -> None:
    """Add a row to every list."""
    author, branch = stage.author, stage.branch
    for make in (make_published, make_submitted, make_draft):
        make(stage)
    NoticeFactory(user=author)
    ProblemReportFactory(reporter=author, organisation=branch)
    HourDisputeFactory(entry=HourEntryFactory(user=author, on=today()), user=author, organisation=branch)
    HourEntryFactory(user=author, on=today(), kind=EntryKind.TEACHING, explanation={"start": now().isoformat()})
    vote(make_evaluation(branch, number=Evaluation.objects.count()), "good")
    DataDispute.objects.create(user=author, source="accounts.account", text="不对", created_at=now())
    MembershipFactory(user=UserFactory(), organisation=branch)
    OrganisationFactory(parent=stage.committee)
    UploadFactory(owner=author)
    VideoFactory(owner=author)
    record_act("organisations.see_contact", actor=stage.secretary, target=author)
    keeper = make_editor(stage.committee)
    for make_one in (make_resource, make_reading_list, make_announcement):
        publish_page(make_one(keeper, stage.committee), stage.editor)


def count_queries(clients: dict[str, Client]) -> dict[tuple[str, str], int]:
    """Return how many queries each page takes when it is asked for the second time."""
    counted = {}
    for who, address in PAGES:
        assert clients[who].get(address).status_code == 200, (who, address)
        with CaptureQueriesContext(connection) as queries:
            clients[who].get(address)
        counted[who, address] = len(queries)
    return counted


def test_every_list_takes_as_many_queries_for_three_rows_as_for_one() -> None:
    stage, clients = make_people()
    add_one_of_everything(stage)
    call_command("search_rebuild")
    one = count_queries(clients)
    for _turn in range(2):
        add_one_of_everything(stage)
    call_command("search_rebuild")
    three = count_queries(clients)
    assert {page: (one[page], three[page]) for page in one if three[page] != one[page]} == {}


def test_the_kinds_of_what_was_found_are_named_in_the_users_language() -> None:
    stage, clients = make_people()
    make_published(stage)
    call_command("search_rebuild")
    kinds = clients["visitor"].get("/api/v1/search?q=雪后&facets=kind").json()["facets"]["kind"]
    assert {kind["value"]: kind["label"] for kind in kinds} == {"lesson": "微课", "author": "作者"}


def test_every_list_opens_while_it_is_empty() -> None:
    _stage, clients = make_people()
    assert {address: clients[who].get(address).status_code for who, address in PAGES} == {
        address: 200 for _who, address in PAGES
    }


def test_every_list_of_ten_thousand_rows_is_cut_into_pages() -> None:
    stage, clients = make_people()
    for _turn in range(3):
        add_one_of_everything(stage)
    few = count_queries(clients)
    add_ten_thousand(stage)
    many = count_queries(clients)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page] + PAGING} == {}
    longest = {address: len(clients[who].get(address).content) for who, address in PAGES}
    assert {address: size for address, size in longest.items() if size > LONGEST_PAGE} == {}


def add_ten_thousand(stage: Stage) -> None:
    """Add ten thousand rows to every list whose table may grow that long."""
    author, branch = stage.author, stage.branch
    people = bulk(User, lambda n: User(username=f"many{n}", name=f"党员{n}", password="!"))
    bulk_of(Membership, (Membership(user=one, organisation=branch, starts_on=today()) for one in people))
    bulk(Notice, lambda n: Notice(user=author, kind="review.returned", title=f"通知{n}", created_at=now()))
    bulk(
        AuditEntry,
        lambda n: AuditEntry(at=now(), actor_id=author.pk, actor_name="某人", action="accounts.open_account"),
    )
    bulk(ProblemReport, lambda n: ProblemReportFactory.build(reporter=author, organisation=branch))
    entries = bulk(HourEntry, lambda n: HourEntryFactory.build(user=author, on=today()))
    bulk_of(HourDispute, (HourDisputeFactory.build(entry=one, user=author, organisation=branch) for one in entries))
    bulk(Video, lambda n: VideoFactory.build(owner=author))
    bulk(
        MicroLesson,
        lambda n: MicroLesson(
            title=f"第{n}课", author=author, organisation=branch, live=n % 2 == 0, visibility="public"
        ),
    )


def bulk(model: type[Row], make: Callable[[int], Row]) -> list[Row]:
    return bulk_of(model, map(make, range(MANY)))


def bulk_of(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    return list(model._default_manager.bulk_create(rows))
