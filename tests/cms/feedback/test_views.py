import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.feedback.enums import USUAL_DAYS, ReportStatus
from cms.feedback.models import ProblemReport
from cms.feedback.services import answer_report
from cms.notices.models import Notice
from cms.organisations.models import RoleAssignment
from tests.cms.feedback.conftest import HIDDEN, Scene
from tests.factories.feedback import ProblemReportFactory
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db


def filled(**changes: Any) -> dict[str, Any]:
    form = {"kind": "thing", "id": "1", "category": "content", "text": "架号不对", "token": str(uuid.uuid4())}
    return {**form, **changes}


def said(client: Client) -> list[str]:
    """Return what the next page says first."""
    return [str(message) for message in client.get("/feedback/").context["messages"]]


def test_the_form_of_a_lesson_page_can_be_sent_as_it_is(client: Client, scene: Scene) -> None:
    request = RequestFactory().get("/lessons/1/?t=3")
    context = Context({"request": request, "csrf_token": "x"})
    shown = Template('{% load feedback_tags %}{% report_form "thing" 1 %}').render(context)
    given = dict(re.findall(r'name="(kind|id|token|next)" value="([^"]+)"', shown))
    assert given["next"] == "/lessons/1/?t=3"
    response = client.post("/feedback/report/", {**given, "category": "captions", "text": "没有字幕"})
    assert (response.status_code, response["Location"]) == (302, "/lessons/1/?t=3")
    assert ProblemReport.objects.get().category == "captions"


def test_a_double_click_reports_once(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    form = filled()
    assert [client.post("/feedback/report/", form).status_code for _ in range(2)] == [302, 302]
    assert ProblemReport.objects.get().reporter == scene.member


def test_going_back_and_sending_again_neither_doubles_nor_loses_what_was_written(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    form = filled()
    # Whether going back brings the form as it was or a new one: the same words are the same report, others are another.
    for sent in (form, filled(), {**form, "text": "灯也不亮"}):
        assert client.post("/feedback/report/", sent).status_code == 302
    assert list(ProblemReport.objects.order_by("pk").values_list("text", flat=True)) == ["架号不对", "灯也不亮"]


def test_the_same_words_about_another_moment_are_another_report(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    form = filled(moment_s="46.0")
    for sent in (form, form, filled(moment_s="46.0"), {**form, "moment_s": "90.5"}, filled()):
        assert client.post("/feedback/report/", sent).status_code == 302
    assert list(ProblemReport.objects.order_by("pk").values_list("moment_s", flat=True)) == [46.0, 90.5, None]


def test_two_visitors_with_the_same_words_are_two_reports_and_a_double_click_is_one(
    client: Client, scene: Scene
) -> None:
    first, second = filled(), filled()
    for sent in (first, first, second):
        assert client.post("/feedback/report/", sent).status_code == 302
    assert [(made.reporter, made.text) for made in ProblemReport.objects.all()] == [(None, "架号不对")] * 2


def test_what_was_answered_may_be_reported_again_in_the_same_words(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    client.post("/feedback/report/", filled())
    ProblemReport.objects.update(status=ReportStatus.ANSWERED, answer="已更正")
    client.post("/feedback/report/", filled())
    assert ProblemReport.objects.count() == 2


def test_a_visitor_is_told_beforehand_who_gets_an_answer(client: Client, scene: Scene) -> None:
    way = '/accounts/login/?next=/feedback/">想收到答复，请先登录</a>'
    assert way in client.get("/feedback/").content.decode()
    client.force_login(scene.member)
    assert way not in client.get("/feedback/").content.decode()


def test_who_reports_is_told_by_whom_and_until_when_it_is_answered(client: Client, scene: Scene) -> None:
    client.post("/feedback/report/", filled())
    assert said(client) == ["谢谢，已经转交。想收到答复的话，下次请先登录。"]
    client.force_login(scene.member)
    client.post("/feedback/report/", filled())
    day = local_date(today() + timedelta(days=USUAL_DAYS))
    assert said(client) == [f"谢谢，已经转交。由 {scene.editor.name} 处理，{day}前答复，答复会以通知送达。"]
    RoleAssignment.objects.all().delete()
    client.post("/feedback/report/", filled(text="另一处也不对"))
    assert said(client) == [f"谢谢，已经转交。{day}前答复，答复会以通知送达。"]


def test_the_box_of_the_first_page_leads_members_to_their_branch(client: Client, scene: Scene) -> None:
    link = f'/feedback/?to=branch">改为写给{scene.organisation.name}</a>'
    assert link not in client.get("/").content.decode()
    MembershipFactory(user=scene.member, organisation=scene.organisation)
    client.force_login(scene.member)
    assert link in client.get("/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "  "},
        {"text": "长" * 2001},
        {"category": "ranking"},
        {"token": "no-token"},
        {"moment_s": "-1"},
        {"moment_s": "nan"},
        {"moment_s": "1e300"},
        {"text": "a\x00b"},
    ],
)
def test_what_cannot_be_used_is_shown_again_and_nothing_is_saved(
    client: Client, scene: Scene, changes: dict[str, str]
) -> None:
    response = client.post("/feedback/report/", filled(**changes))
    assert (response.status_code, ProblemReport.objects.count()) == (400, 0)
    if changes.get("category"):
        assert "架号不对" in response.content.decode()


@pytest.mark.parametrize("subject", [{"id": HIDDEN}, {"kind": "nothing"}, {"kind": ""}])
def test_what_the_person_may_not_see_cannot_be_reported(client: Client, scene: Scene, subject: dict[str, str]) -> None:
    assert client.post("/feedback/report/", filled(**subject)).status_code == 404
    assert client.get("/feedback/report/", subject).status_code == 404


def test_a_foreign_address_is_no_place_to_return_to(client: Client, scene: Scene) -> None:
    response = client.post("/feedback/report/", filled(next="https://example.org/"))
    assert response["Location"] == "/lessons/"


def test_the_eleventh_report_within_an_hour_waits(client: Client, scene: Scene) -> None:
    codes = [client.post("/feedback/report/", filled()).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_everybody_sees_the_own_reports_only(client: Client, scene: Scene) -> None:
    ProblemReportFactory(reporter=scene.member, text="本人写的")
    ProblemReportFactory(text="别人写的")
    assert "人写的" not in client.get("/feedback/").content.decode()
    client.force_login(scene.member)
    text = client.get("/feedback/").content.decode()
    assert ("本人写的" in text, "别人写的" in text) == (True, False)


def test_only_the_reporter_settles_the_own_report(client: Client, scene: Scene) -> None:
    report = ProblemReportFactory(reporter=scene.member)
    client.force_login(scene.stranger)
    assert client.post(f"/feedback/{report.pk}/close/").status_code == 404
    client.force_login(scene.member)
    assert client.get(f"/feedback/{report.pk}/close/").status_code == 405
    codes = [client.post(f"/feedback/{report.pk}/close/").status_code for _ in range(2)]
    assert (codes, ProblemReport.objects.get().status) == ([302, 302], ReportStatus.CLOSED)
    assert said(client)[0] == "已标记为解决。"


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("days", "words"), [(0, "{day}前答复你。"), (-1, "原定{day}前答复，已过期限，负责的人会收到提醒。")]
)
def test_the_reporter_reads_until_when_an_answer_comes_or_that_it_is_late(
    client: Client, scene: Scene, days: int, words: str
) -> None:
    due = today() + timedelta(days=days)
    ProblemReportFactory(reporter=scene.member, assigned_to=scene.editor, due_on=due)
    client.force_login(scene.member)
    assert words.format(day=local_date(due)) in strip_tags(client.get("/feedback/").content.decode())


def test_the_reporter_is_told_that_the_own_answer_is_public(client: Client, scene: Scene) -> None:
    report = ProblemReportFactory(reporter=scene.member)
    answer_report(report, actor=scene.editor, answer="好", is_public=True, public_title="灯")
    client.force_login(scene.member)
    assert (
        f'href="/feedback/answers/?answer={report.pk}#answer-{report.pk}"' in client.get("/feedback/").content.decode()
    )


def test_the_page_of_an_answer_that_the_address_names_is_opened(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.feedback.views.PAGE_SIZE", 2)
    old, *_newer = [
        answer_report(report, actor=scene.editor, answer="好", is_public=True, public_title="灯")
        for report in ProblemReportFactory.create_batch(3)
    ]
    for query, number in ((f"answer={old.pk}", 2), (f"answer={old.pk}&page=1", 1), ("answer=0", 1), ("answer=x", 1)):
        assert client.get(f"/feedback/answers/?{query}").context["page"].number == number


def test_the_workbench_list_opens_for_those_on_duty_only(client: Client, scene: Scene) -> None:
    report = ProblemReportFactory(organisation=scene.organisation, subject_label="带班记录", reporter=scene.member)
    address = f"/workbench/reports/{report.pk}/"
    assert client.get("/workbench/reports/").status_code == 302
    for person, codes in [(scene.member, (404, 404)), (scene.stranger, (200, 404)), (scene.editor, (200, 200))]:
        client.force_login(person)
        assert (client.get("/workbench/reports/").status_code, client.get(address).status_code) == codes
    text = client.get("/workbench/reports/").content.decode()
    assert ("带班记录" in text, scene.member.name in text) == (True, False)


def test_who_closes_the_own_report_at_the_workbench_reads_that_nobody_is_told(client: Client, scene: Scene) -> None:
    report = ProblemReportFactory(organisation=scene.organisation, reporter=scene.editor)
    client.force_login(scene.editor)
    client.post(f"/workbench/reports/{report.pk}/", {"act": "close", "answer": "已解决"})
    assert said(client) == ["已结束。这是你自己写的，不再另发通知。"]
    assert not Notice.objects.exists()


def test_those_on_duty_take_on_answer_and_close(client: Client, scene: Scene) -> None:
    first, second = ProblemReportFactory.create_batch(2, organisation=scene.organisation)
    client.force_login(scene.editor)
    address = f"/workbench/reports/{first.pk}/"
    assert client.post(address, {"act": "take"}).status_code == 302
    assert said(client) == ["现在由你处理。"]
    assert client.post(address, {"act": "answer", "answer": " "}).status_code == 400
    assert client.post(address, {"act": "answer", "answer": "已更正"}).status_code == 302
    assert said(client) == ["已答复，对方会收到通知。"]
    assert client.post(address, {"act": "answer", "answer": "再答"}).status_code == 409
    assert client.post(f"/workbench/reports/{second.pk}/", {"act": "close", "answer": "重复"}).status_code == 302
    assert said(client) == ["已结束，对方会收到写明理由的通知。"]
    assert list(ProblemReport.objects.order_by("pk").values_list("status", "answer", "assigned_to")) == [
        ("answered", "已更正", scene.editor.pk),
        ("closed", "重复", None),
    ]


def test_who_answers_a_visitor_knows_that_nobody_hears_of_it(client: Client, scene: Scene) -> None:
    report = ProblemReportFactory(organisation=scene.organisation, reporter=None)
    client.force_login(scene.editor)
    address = f"/workbench/reports/{report.pk}/"
    assert "这是没有登录的访客写的" in client.get(address).content.decode()
    client.post(address, {"act": "answer", "answer": "已更正"})
    assert said(client) == ["已处理。这是没有登录的访客写的，没有人会收到通知。"]


@pytest.mark.parametrize("address", ["/feedback/", "/workbench/reports/", "/workbench/reports/?show=all"])
def test_lists_ask_the_same_number_of_queries_for_one_and_three(
    client: Client, scene: Scene, django_assert_num_queries: Any, address: str
) -> None:
    client.force_login(scene.editor)
    made = {"reporter": scene.editor, "organisation": scene.organisation, "assigned_to": scene.admin}
    ProblemReportFactory(**made)
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        client.get(address)
    ProblemReportFactory.create_batch(2, **made)
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get(address)
