import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.slots import render_slot
from cms.feedback.enums import Category, ReportStatus
from cms.feedback.models import ProblemReport
from cms.feedback.queries import overdue_reports_for, public_answers
from cms.feedback.services import answer_report, hand_over, keep_private, remind_owners, report_problem
from cms.feedback.subjects import find_subject
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.notices.models import Notice
from cms.organisations.enums import Role
from tests.cms.feedback.conftest import Scene
from tests.factories.accounts import UserFactory
from tests.factories.feedback import ProblemReportFactory
from tests.factories.organisations import MembershipFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db


def make(scene: Scene, *, kind: str = "thing", category: str = Category.CONTENT, who: Any = None) -> ProblemReport:
    person = who or scene.member
    subject = find_subject(person, kind, "1")
    token = uuid.uuid4()
    # In words of its own: the same words sent again are the same report.
    return report_problem(subject, reporter=person, category=category, text=f"架号不对 {token}", token=token)


def second_editor(scene: Scene) -> Any:
    person = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=scene.organisation, role=Role.EDITOR)
    return person


def test_somebody_named_looks_after_a_report_from_the_start(scene: Scene) -> None:
    assert make(scene).assigned_to == scene.editor


def test_the_least_busy_of_those_nearest_on_duty_gets_it(scene: Scene) -> None:
    other = second_editor(scene)
    assert [make(scene).assigned_to for _time in range(3)] == [scene.editor, other, scene.editor]


def test_nobody_looks_after_the_own_report_where_another_can(scene: Scene) -> None:
    other = second_editor(scene)
    assert make(scene, who=scene.editor).assigned_to == other
    other.role_assignments.all().delete()
    assert make(scene, who=scene.editor).assigned_to == scene.editor


def test_a_suggestion_to_the_own_branch_reaches_the_branch(scene: Scene) -> None:
    MembershipFactory(user=scene.member, organisation=scene.organisation)
    report = make(scene, kind="branch", category=Category.SUGGESTION)
    assert (report.organisation, report.assigned_to) == (scene.organisation, scene.admin)
    for person in (AnonymousUser(), scene.stranger):
        with pytest.raises(Http404):
            find_subject(person, "branch", "")


def test_a_report_is_handed_over_to_somebody_on_duty_only(scene: Scene) -> None:
    report = make(scene)
    with pytest.raises(InvalidInput):
        hand_over(report, to=scene.stranger, actor=scene.editor)
    hand_over(report, to=scene.admin, actor=scene.editor)
    assert ProblemReport.objects.get().assigned_to == scene.admin
    assert Notice.objects.filter(user=scene.admin, kind="feedback.reported").count() == 1
    assert AuditEntry.objects.get(action="feedback.hand_over").after == {"by": str(scene.admin)}
    answer_report(report, actor=scene.admin, answer="已更正")
    with pytest.raises(StaleState):
        hand_over(report, to=scene.editor, actor=scene.admin)


def test_what_is_urgent_is_handed_over_without_telling_everybody_again(scene: Scene) -> None:
    report = make(scene, category=Category.PRIVACY)
    told = list(Notice.objects.filter(kind="feedback.reported").values_list("user", flat=True))
    assert sorted(told) == sorted([scene.editor.pk, scene.admin.pk])

    hand_over(report, to=scene.admin, actor=scene.editor)

    [*_before, last] = Notice.objects.filter(kind="feedback.reported").order_by("pk")
    assert (last.user, Notice.objects.filter(kind="feedback.reported").count()) == (scene.admin, 3)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(("days", "before", "after"), [(2, 0, 0), (1, 1, 0), (0, 1, 0), (-1, 0, 2), (-30, 0, 2)])
def test_the_owner_is_reminded_before_the_day_and_everybody_after_it_once(
    scene: Scene, days: int, before: int, after: int
) -> None:
    ProblemReportFactory(
        organisation=scene.organisation, assigned_to=scene.editor, due_on=today() + timedelta(days=days)
    )
    assert (remind_owners(), remind_owners()) == (before + after, 0)
    told = set(Notice.objects.values_list("user", flat=True))
    assert told == ({scene.editor.pk, scene.admin.pk} if after else {scene.editor.pk} if before else set())


def test_what_is_answered_is_not_reminded_of(scene: Scene) -> None:
    ProblemReportFactory(
        organisation=scene.organisation, assigned_to=scene.editor, due_on=today(), status=ReportStatus.ANSWERED
    )
    assert remind_owners() == 0


def test_an_urgent_report_is_marked_and_reaches_everybody_on_duty(scene: Scene) -> None:
    make(scene, category=Category.PRIVACY)
    assert set(Notice.objects.values_list("user", "is_urgent")) == {(scene.editor.pk, True), (scene.admin.pk, True)}


def test_a_public_answer_is_read_by_everybody_without_who_asked(client: Client, scene: Scene) -> None:
    report = make(scene)
    answer_report(report, actor=scene.editor, answer="十二月起每周更新", is_public=True, public_title="多久更新一次")
    page = client.get("/feedback/answers/").content.decode()
    assert ("多久更新一次" in page, "十二月起每周更新" in page) == (True, True)
    assert (scene.member.name in page, "架号不对" in page) == (False, False)
    keep_private(report, actor=scene.editor)
    assert "多久更新一次" not in client.get("/feedback/answers/").content.decode()
    with pytest.raises(StaleState):
        keep_private(report, actor=scene.editor)


def test_a_private_answer_stands_on_no_page(client: Client, scene: Scene) -> None:
    answer_report(make(scene), actor=scene.editor, answer="只告诉你")
    assert "只告诉你" not in client.get("/feedback/answers/").content.decode()


@pytest.mark.parametrize(("category", "title"), [(Category.PRIVACY, "谁在画面里"), (Category.CONTENT, " ")])
def test_what_cannot_be_public_is_refused_and_stays_open(scene: Scene, category: str, title: str) -> None:
    report = make(scene, category=category)
    with pytest.raises(InvalidInput):
        answer_report(report, actor=scene.editor, answer="已处理", is_public=True, public_title=title)
    assert ProblemReport.objects.get().status == ReportStatus.OPEN


@pytest.mark.parametrize("changes", [{"category": Category.SECRECY}, {"public_title": ""}, {"answer": ""}])
def test_the_database_refuses_a_public_answer_that_is_none(scene: Scene, changes: dict[str, str]) -> None:
    given = {"is_public": True, "answer": "x", "public_title": "y", **changes}
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        ProblemReportFactory(**given)


def test_the_public_page_asks_the_same_number_of_queries_for_one_and_three(
    client: Client, scene: Scene, django_assert_num_queries: Any
) -> None:
    made = {
        "organisation": scene.organisation,
        "is_public": True,
        "answer": "x",
        "public_title": "y",
        "answered_at": now(),
        "status": ReportStatus.ANSWERED,
    }
    ProblemReportFactory(**made)
    client.get("/feedback/answers/")
    with CaptureQueriesContext(connection) as counted:
        client.get("/feedback/answers/")
    ProblemReportFactory.create_batch(2, **made)
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get("/feedback/answers/")
    assert public_answers().count() == 3


def test_overdue_ones_are_listed_apart_and_counted(client: Client, scene: Scene) -> None:
    late = ProblemReportFactory(organisation=scene.organisation, due_on=today() - timedelta(days=1))
    ProblemReportFactory(organisation=scene.organisation, due_on=today(), subject_label="今天到期的")
    assert list(overdue_reports_for(scene.editor)) == [late]
    client.force_login(scene.editor)
    page = client.get("/workbench/reports/?show=overdue").content.decode()
    assert (late.subject_label in page, "今天到期的" in page) == (True, False)
    assert client.get("/workbench/reports/?show=ranking").status_code == 200


@pytest.mark.long
def test_the_report_page_hands_over_and_publishes(client: Client, scene: Scene) -> None:
    report = make(scene)
    address = f"/workbench/reports/{report.pk}/"
    client.force_login(scene.editor)
    for odd in ("", "x", "9" * 30, str(scene.stranger.pk), "\x00"):
        assert client.post(address, {"act": "hand", "to": odd}).status_code == 400
    assert client.post(address, {"act": "hand", "to": scene.admin.pk}).status_code == 302
    assert client.post(address, {"act": "answer", "answer": "好", "is_public": "on"}).status_code == 400
    form = {"act": "answer", "answer": "好", "is_public": "on", "public_title": "问什么"}
    assert client.post(address, form).status_code == 302
    assert (ProblemReport.objects.get().is_public, client.get(address).status_code) == (True, 200)
    assert client.post(address, {"act": "private"}).status_code == 302
    assert ProblemReport.objects.get().is_public is False


def test_an_urgent_report_offers_no_public_answer(client: Client, scene: Scene) -> None:
    report = make(scene, category=Category.SECRECY)
    client.force_login(scene.editor)
    address = f"/workbench/reports/{report.pk}/"
    assert 'name="is_public"' not in client.get(address).content.decode()
    form = {"act": "answer", "answer": "好", "is_public": "on", "public_title": "问什么"}
    assert client.post(address, form).status_code == 302
    assert ProblemReport.objects.get().is_public is False


def test_a_member_chooses_between_the_site_and_the_own_branch(client: Client, scene: Scene) -> None:
    MembershipFactory(user=scene.member, organisation=scene.organisation)
    client.force_login(scene.member)
    for asked, kind in (("", "site"), ("?to=branch", "branch"), ("?to=ranking", "site")):
        page = client.get(f"/feedback/{asked}").content.decode()
        assert re.findall(r'name="kind" value="(\w+)"', page) == [kind]


def test_the_box_for_the_first_page_can_be_sent_as_it_is(client: Client, scene: Scene) -> None:
    request = RequestFactory().get("/")
    request.COOKIES, request.session = {}, {}  # type: ignore[assignment]  # what the middlewares would give
    request.user = AnonymousUser()
    box = render_slot("portal.home", request, None)
    given = dict(re.findall(r'name="(kind|id|token|next)" value="([^"]*)"', box))
    response = client.post("/feedback/report/", {**given, "category": "suggestion", "text": "多一些方言课"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert ProblemReport.objects.get().category == "suggestion"


def test_the_admins_first_page_says_what_has_no_answer(client: Client, scene: Scene) -> None:
    ensure_editor_permissions()
    sync_editor_groups(scene.editor)
    ProblemReportFactory(organisation=scene.organisation, subject_label="带班记录", due_on=today() - timedelta(days=1))
    client.force_login(scene.editor)
    page = client.get("/admin/").content.decode()
    assert ("panel-unanswered" in page, "带班记录" in page, "/workbench/reports/?show=overdue" in page) == (True,) * 3
