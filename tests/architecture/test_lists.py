"""Every page that lists something: as many queries for three rows as for one, and a page of ten thousand is a page."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from cms.accounts.audit import record_act
from cms.accounts.models import AuditEntry, User
from cms.booking.services import accept, deliver, name_catch_up
from cms.core.clock import now, today
from cms.courses.services.duties import assign_course
from cms.courses.services.guides import copy_guide
from cms.evaluations.models import Evaluation
from cms.feedback.models import ProblemReport
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import WorkerBeat
from cms.jobs.services import beat
from cms.lecturers.models import Lecturer
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourDispute, HourEntry
from cms.lessons.models import MicroLesson
from cms.library.models import ReadingListEntry
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import DataDispute, Membership
from cms.portal.models import SavedSearch
from cms.portal.services import save_search
from cms.videos.enums import AuditFinding
from cms.videos.models import Video
from tests.architecture.asking import TABLE, addresses, table
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.booking import Scene, move_into_past
from tests.factories.courses import make_course, make_guide, make_list, make_wish
from tests.factories.evaluations import make_evaluation, vote
from tests.factories.feedback import ProblemReportFactory
from tests.factories.itineraries import make_published_route
from tests.factories.jobs import JobFactory
from tests.factories.lecturers import LecturerFactory, ScheduleFactory, evening
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource, publish_page
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.venues import VenueFactory, VenueVisitFactory
from tests.factories.videos import UploadFactory, VideoFactory

Row = TypeVar("Row", bound=models.Model)
pytestmark = [pytest.mark.django_db, pytest.mark.wide]
MANY = 10_000
# The counting of pages, where few rows needed none.
PAGING = 3
LONGEST_PAGE = 400_000
# Lists whose tables may grow to ten thousand rows on one person's page.
LONG = (
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
    ("author", "/me/searches/"),
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
    ("editor", "/workbench/jobs/"),
    ("editor", "/admin/"),
    ("editor", "/admin/snippets/lessons/microlesson/"),
    ("author", "/library/"),
    ("author", "/announcements/"),
)
PAGES = (
    *LONG,
    ("author", "/courses/"),
    ("author", "/guides/"),
    ("author", "/wishes/"),
    ("author", "/lecturers/"),
    ("author", "/my/schedule/"),
    ("author", "/my/missed/"),
    ("author", "/venues/"),
    ("author", "/routes/"),
    ("author", "/api/v1/lecturers"),
    ("author", "/api/v1/bookings"),
    ("secretary", "/venues/visits/"),
    ("editor", "/venues/visits/here/"),
    ("secretary", "/workbench/bookings/"),
    ("secretary", "/workbench/courses/"),
    ("editor", "/workbench/lecturers/"),
    ("secretary", "/workbench/guides/"),
    ("secretary", "/workbench/playlists/"),
    ("editor", "/admin/library/care/"),
    ("editor", "/admin/library/care/?show=links"),
    ("editor", "/admin/reports/closed-days/"),
    ("editor", "/admin/snippets/venues/venue/"),
    ("editor", "/admin/snippets/venues/region/"),
    ("editor", "/admin/snippets/lecturers/lecturer/"),
)
# Pages without arguments that list nothing that grows.
NO_LISTS = {
    *("portal:about", "portal:design", "portal:healthz", "portal:help", "account_login", "account_logout"),
    *("account_inactive", "account_reauthenticate", "account_change_password", "account_reset_password"),
    *("accounts:code", "accounts:settings", "mfa_index", "mfa_list_webauthn", "mfa_reauthenticate"),
    *("notices:preferences", "organisations:import", "organisations:import_template", "organisations:export_data"),
    *("feedback:report", "lessons:own_speakers", "api:openapi-json"),
}


def make_people() -> tuple[Stage, dict[str, Client]]:
    """Return the lessons' stage with two officers, and everybody's browser."""
    stage = make_stage()
    people = {"author": stage.author, "secretary": stage.secretary, "editor": stage.editor}
    for name, role in (("officer", Role.SECURITY_OFFICER), ("auditor", Role.AUDITOR)):
        people[name] = UserFactory()
        give_second_factor(people[name])
        RoleAssignmentFactory(user=people[name], organisation=stage.committee, role=role)
    LecturerFactory(organisation=stage.committee, user=stage.author)
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
    save_search(author, f"q={SavedSearch.objects.count()}", label="雪后")
    ProblemReportFactory(reporter=author, organisation=branch)
    HourDisputeFactory(entry=HourEntryFactory(user=author, on=today()), user=author, organisation=branch)
    HourEntryFactory(user=author, on=today(), kind=EntryKind.TEACHING, explanation={"start": now().isoformat()})
    vote(make_evaluation(branch, number=Evaluation.objects.count()), "good")
    DataDispute.objects.create(user=author, source="accounts.account", text="不对", created_at=now())
    MembershipFactory(user=UserFactory(), organisation=branch)
    OrganisationFactory(parent=stage.committee)
    UploadFactory(owner=author)
    VideoFactory(owner=author, audit_code=AuditFinding.NO_ORIGINAL)
    for status in (JobStatus.RUNNING, JobStatus.FAILED):
        JobFactory(status=status, started_at=now(), heartbeat_at=now(), finished_at=now(), lease_until=now())
    beat(f"worker-{WorkerBeat.objects.count()}", lane=Lane.SMALL)
    record_act("organisations.see_contact", actor=stage.secretary, target=author)
    add_one_of_the_newer_rooms(stage)
    keeper = make_editor(stage.committee)
    resource = publish_page(make_resource(keeper, stage.committee), stage.editor)
    entries = [ReadingListEntry(target=resource)]
    publish_page(make_reading_list(keeper, stage.committee, entries=entries), stage.editor)
    publish_page(make_announcement(keeper, stage.committee), stage.editor)


def add_one_of_the_newer_rooms(stage: Stage) -> None:
    """Add a lecturer with a request, a course, a guide, a playlist, a topic, a place with a visit and a route."""
    town, branch, author = stage.committee, stage.branch, stage.author
    count = Lecturer.objects.count()
    own = Lecturer.objects.get(user=author)
    ScheduleFactory(lecturer=own)
    ScheduleFactory(lecturer=LecturerFactory(organisation=town))
    scene = Scene(branch, stage.secretary, town, stage.secretary, own, author, stage.secretary)
    scene.request(starts_at=evening(5 + count))
    course, guide = make_course(stage), make_guide(stage)
    assign_course(course, branch, until=today(), actor=stage.secretary)
    copy_guide(guide, branch, actor=stage.secretary)
    over = move_into_past(accept(scene.request(starts_at=evening(15 + count)), actor=author))
    deliver(over, actor=stage.secretary, heads=9, minutes=90)
    name_catch_up(over, actor=stage.secretary, playlist=make_list(stage))
    make_wish(stage, f"冬季用电{count}")
    venue = VenueFactory(organisation=town)
    VenueVisitFactory(venue=venue, organisation=branch, agreed_by=stage.secretary)
    make_published_route(town, venue)


def test_every_page_that_could_be_a_list_is_known_here() -> None:
    open_ones = {name for (name, method), got in table(TABLE).items() if method == "GET" and "200" in got} - NO_LISTS
    asked = {address.split("?")[0] for _who, address in PAGES}
    routes = {name: route for name, route in addresses(get_resolver()) if "<" not in route and "(" not in route}
    assert {name for name in open_ones & routes.keys() if f"/{routes[name]}" not in asked} == set()


def count_queries(
    clients: dict[str, Client], pages: tuple[tuple[str, str], ...] = PAGES
) -> dict[tuple[str, str], int]:
    """Return how many queries each page takes when it is asked for the second time."""
    counted = {}
    for who, address in pages:
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
    few = count_queries(clients, LONG)
    add_ten_thousand(stage)
    many = count_queries(clients, LONG)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page] + PAGING} == {}
    longest = {address: len(clients[who].get(address).content) for who, address in LONG}
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
