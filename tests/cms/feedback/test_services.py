import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from cms.accounts.models import AuditEntry
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.feedback.enums import Category, ReportStatus
from cms.feedback.models import ProblemReport
from cms.feedback.queries import open_reports_for, personal_reports, reports_for
from cms.feedback.services import answer_report, close_report, report_problem, take_on_report
from cms.feedback.subjects import find_subject
from cms.jobs.schedule import scheduled_work
from cms.notices.models import Notice
from tests.cms.feedback.conftest import Scene
from tests.factories.feedback import ProblemReportFactory

pytestmark = pytest.mark.django_db


def days_ago(days: int | None) -> datetime | None:
    return now() - timedelta(days=days) if days else None


def make(
    scene: Scene, *, category: str = Category.CONTENT, text: str = " 架号不对 ", token: uuid.UUID | None = None
) -> ProblemReport:
    subject = find_subject(scene.member, "thing", "1")
    return report_problem(
        subject, reporter=scene.member, category=category, text=text, token=token or uuid.uuid4(), moment_s=178
    )


@pytest.mark.usefixtures("noon")
def test_a_report_reaches_the_editor_and_has_a_week(scene: Scene) -> None:
    report = make(scene)
    assert (report.text, report.moment_s, report.status) == ("架号不对", 178, ReportStatus.OPEN)
    assert report.due_on == today() + timedelta(days=7)
    assert list(Notice.objects.values_list("user", "kind", "url")) == [
        (scene.editor.pk, "feedback.reported", f"/workbench/reports/{report.pk}/")
    ]


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("category", [Category.PRIVACY, Category.SECRECY])
def test_what_concerns_people_or_secrets_reaches_everybody_on_duty_and_has_a_day(scene: Scene, category: str) -> None:
    report = make(scene, category=category)
    assert report.due_on == today() + timedelta(days=1)
    assert set(Notice.objects.values_list("user", flat=True)) == {scene.editor.pk, scene.admin.pk}


def test_sending_a_form_twice_reports_once(scene: Scene) -> None:
    token = uuid.uuid4()
    first, second = make(scene, token=token), make(scene, token=token)
    assert (first.pk, ProblemReport.objects.count(), Notice.objects.count()) == (second.pk, 1, 1)


def test_a_visitor_may_report_and_gets_no_answer(scene: Scene) -> None:
    subject = find_subject(AnonymousUser(), "thing", "1")
    report = report_problem(
        subject, reporter=AnonymousUser(), category=Category.PRIVACY, text="我在画面里", token=uuid.uuid4()
    )
    Notice.objects.all().delete()
    answer_report(report, actor=scene.editor, answer="已下架")
    assert (report.reporter, Notice.objects.count()) == (None, 0)


@pytest.mark.parametrize(("category", "text"), [(Category.CONTENT, "  "), ("ranking", "x")])
def test_a_report_without_words_or_with_an_unknown_category_is_refused(scene: Scene, category: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        report_problem(
            find_subject(scene.member, "site", ""),
            reporter=scene.member,
            category=category,
            text=text,
            token=uuid.uuid4(),
        )
    assert ProblemReport.objects.count() == 0


def test_an_answer_reaches_the_reporter_and_is_given_once(scene: Scene) -> None:
    report = make(scene)
    answer_report(report, actor=scene.editor, answer="已更正")
    with pytest.raises(StaleState):
        answer_report(report, actor=scene.admin, answer="我也来答")
    report.refresh_from_db()
    assert (report.status, report.answer, report.assigned_to) == (ReportStatus.ANSWERED, "已更正", scene.editor)
    told = Notice.objects.get(user=scene.member)
    assert (told.kind, told.body, told.url) == ("feedback.answered", "已更正", f"/feedback/#report-{report.pk}")
    assert AuditEntry.objects.get(action="feedback.answered").reason == "已更正"


def test_the_reporter_closes_without_a_reason_others_need_one_and_tell_it(scene: Scene) -> None:
    own, other = make(scene), make(scene, text="灯也不亮")
    close_report(own, actor=scene.member)
    with pytest.raises(InvalidInput):
        close_report(other, actor=scene.editor)
    close_report(other, actor=scene.editor, reason="与上一条相同")
    assert {own.status, other.status} == {ReportStatus.CLOSED}
    assert list(Notice.objects.filter(user=scene.member).values_list("body", flat=True)) == ["与上一条相同"]
    with pytest.raises(StaleState):
        answer_report(own, actor=scene.editor, answer="晚了")


def test_somebody_takes_a_report_on(scene: Scene) -> None:
    report = take_on_report(make(scene), actor=scene.admin)
    assert ProblemReport.objects.get(pk=report.pk).assigned_to == scene.admin


def test_only_those_responsible_for_the_organisation_see_a_report(scene: Scene) -> None:
    report = make(scene)
    seen = [list(reports_for(person)) for person in (scene.editor, scene.admin, scene.stranger, scene.member)]
    assert seen == [[report], [report], [], []]
    answer_report(report, actor=scene.editor, answer="x")
    assert list(open_reports_for(scene.editor)) == []


def test_my_data_holds_the_own_reports(scene: Scene) -> None:
    make(scene)
    ProblemReportFactory()
    assert [(row["about"], row["text"], row["answer"]) for row in personal_reports(scene.member)] == [
        ("带班记录", "架号不对", "")
    ]


def test_the_database_refuses_a_negative_moment(scene: Scene) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProblemReportFactory(moment_s=-1)


@pytest.mark.parametrize(
    ("status", "answered", "closed", "left"),
    [
        (ReportStatus.CLOSED, None, 732, 0),
        (ReportStatus.CLOSED, 900, 730, 1),
        (ReportStatus.ANSWERED, 732, None, 0),
        (ReportStatus.ANSWERED, 730, None, 1),
        (ReportStatus.OPEN, None, None, 1),
    ],
)
def test_a_report_goes_two_years_after_it_ended_and_never_while_it_waits(
    status: str, answered: int | None, closed: int | None, left: int
) -> None:
    ProblemReportFactory(
        status=status,
        created_at=now() - timedelta(days=1000),
        answered_at=days_ago(answered),
        closed_at=days_ago(closed),
    )
    work = scheduled_work("feedback.forget_old_reports")
    assert work is not None
    work()
    assert ProblemReport.objects.count() == left
