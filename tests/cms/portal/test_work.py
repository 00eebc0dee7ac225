"""The page of the site's own work, and the numbers about it for monitoring."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cms.accounts.models import AuditEntry, User
from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.services import beat
from cms.organisations.enums import Role
from cms.portal.views.work import LISTED
from cms.videos.enums import AuditFinding
from cms.videos.messages import download_sentence, sentence_for
from search.dead_letters import bury
from search.models import DeadLetter, OutboxEntry
from tests.cms.videos.conftest import Sender
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.jobs import JobFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.videos import VideoFactory

pytestmark = pytest.mark.django_db
PAGE = "/workbench/jobs/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_duty(role: Role, *, below: bool = False) -> Client:
    root = OrganisationFactory()
    user = UserFactory()
    give_second_factor(user)
    RoleAssignmentFactory(user=user, organisation=OrganisationFactory(parent=root) if below else root, role=role)
    return signed_in(User.objects.get(pk=user.pk))


@pytest.fixture
def keeper() -> Client:
    return with_duty(Role.EDITOR)


def test_it_opens_for_those_who_look_after_the_whole_site(client: Client) -> None:
    opened = {role: with_duty(role).get(PAGE).status_code for role in Role if role != Role.LECTURER}
    assert [role for role, status in opened.items() if status == 200] == [Role.BRANCH_ADMIN, Role.EDITOR]
    assert set(opened.values()) == {200, 404}
    assert with_duty(Role.EDITOR, below=True).get(PAGE).status_code == 404
    assert signed_in(UserFactory()).get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 302


def test_a_part_of_the_tree_has_no_tab_for_it(keeper: Client) -> None:
    assert PAGE in keeper.get("/workbench/").content.decode()
    assert PAGE not in with_duty(Role.EDITOR, below=True).get("/workbench/").content.decode()


def test_it_shows_what_waits_runs_and_failed_with_a_command_that_runs_as_pasted(keeper: Client) -> None:
    at = now()
    JobFactory(lane=Lane.LADDER, run_after=at - timedelta(seconds=130))
    JobFactory(
        kind="videos.ladder", status=JobStatus.RUNNING, progress=0.42, worker="w-7", started_at=at, heartbeat_at=at
    )
    beat("w-7", lane=Lane.LADDER)
    failed = JobFactory(kind="videos.ladder", status=JobStatus.FAILED, error_code="out_of_space", finished_at=at)
    other = JobFactory(
        kind="search.drain",
        status=JobStatus.FAILED,
        error_code="internal",
        error_message="13800138000",
        finished_at=at,
    )
    text = keeper.get(PAGE, {"part": "live"}).content.decode()
    for told in ("2 分 10 秒", "42%", "<code>w-7</code>", "out_of_space"):
        assert told in text
    command = f">.venv/bin/python manage.py jobs retry {other.pk} {failed.pk}<"
    assert command in text
    assert "<html" not in text
    assert "13800138000" not in text


def test_a_failed_job_tells_which_video_it_was_in_words_and_without_names(keeper: Client) -> None:
    video = VideoFactory(title="试镜", owner__name="李秀兰", duration_s=130.0)
    MembershipFactory(user=video.owner, organisation=OrganisationFactory(name="水站支部"))
    JobFactory(kind="videos.first_play", payload={"video": video.pk}, status=JobStatus.FAILED, error_code="stalled")
    (work,) = keeper.get(PAGE).context["failed"]
    assert (work.kind, work.facts) == ("生成可播放的视频", [f"视频 {video.pk}", "水站支部", "2 分 10 秒"])
    text = keeper.get(PAGE).content.decode()
    assert ("水站支部" in text, "试镜" in text, "李秀兰" in text) == (True, False, False)


def test_trying_again_is_offered_where_it_can_help_and_works_with_one_click(keeper: Client) -> None:
    facts: dict[str, Any] = {"kind": "videos.ladder", "status": JobStatus.FAILED, "payload": {"video": 0}}
    stalled = JobFactory(error_code="stalled", **facts)
    full = JobFactory(error_code="quota_minutes", error_permanent=True, **facts)
    broken = JobFactory(error_code="truncated", error_permanent=True, **facts)
    page = keeper.get(PAGE)
    offered = {work.job.pk: work.may_retry for work in page.context["failed"]}
    assert offered == {stalled.pk: True, full.pk: True, broken.pk: False}
    assert page.context["command"] == f".venv/bin/python manage.py jobs retry {full.pk} {stalled.pk}"
    assert page.content.decode().count("问题在文件本身，重试没有用。") == 1
    assert [retried(keeper, job) for job in (stalled, full, broken)] == ["queued", "queued", "failed"]
    assert [entry.action for entry in AuditEntry.objects.all()] == ["jobs.retry", "jobs.retry"]


def retried(client: Client, job: Job) -> str:
    """Return the state of a job after somebody asked for it to be tried again."""
    answer = client.post(f"/workbench/jobs/{job.pk}/retry/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    return str(Job.objects.get(pk=job.pk).status)


def test_nobody_else_tries_a_job_again_nor_what_did_not_fail(keeper: Client) -> None:
    failed = JobFactory(status=JobStatus.FAILED, owner=UserFactory())
    asked = [with_duty(Role.SECURITY_OFFICER), with_duty(Role.EDITOR, below=True), signed_in(failed.owner)]
    assert {client.post(f"/workbench/jobs/{failed.pk}/retry/").status_code for client in asked} == {404}
    assert keeper.get(f"/workbench/jobs/{failed.pk}/retry/").status_code == 405
    assert keeper.post(f"/workbench/jobs/{failed.pk + 99}/retry/").status_code == 404
    assert Job.objects.get(pk=failed.pk).status == JobStatus.FAILED
    assert [retried(keeper, JobFactory(status=status)) for status in ("cancelled", "done")] == ["cancelled", "done"]


def test_what_has_waited_for_long_is_told_in_days_and_hours(keeper: Client) -> None:
    JobFactory(lane=Lane.SMALL, run_after=now() - timedelta(days=3, hours=2, seconds=5))
    assert "3日，2小时" in keeper.get(PAGE).content.decode().replace("\xa0", "")


def test_it_names_no_person_and_no_title(keeper: Client) -> None:
    video = VideoFactory(title="试镜", audit_code=AuditFinding.NO_ORIGINAL, owner__name="李秀兰")
    JobFactory(owner=video.owner, status=JobStatus.FAILED)
    text = keeper.get(PAGE).content.decode()
    assert ("试镜" in text, "李秀兰" in text, f"/workbench/jobs/videos/{video.pk}/" in text) == (False, False, True)


def test_a_video_is_made_anew_of_the_same_file_sent_otherwise(keeper: Client) -> None:
    own, lost = (VideoFactory(audit_code=AuditFinding.REPAIR_FAILED, **more) for more in ({}, {"original": ""}))
    again = VideoFactory(original="", sha256="5" * 64, audit_code=AuditFinding.NO_ORIGINAL)
    VideoFactory(owner=again.owner, sha256="5" * 64)
    damaged = {video.pk: video.has_source for video in keeper.get(PAGE).context["damaged"]}
    assert damaged == {own.pk: True, lost.pk: False, again.pk: True}
    page = keeper.get(PAGE).content.decode()
    assert (page.count('value="audit"'), page.count('value="repair"')) == (3, 2)


def test_what_could_not_be_examined_is_not_said_to_be_damaged(keeper: Client) -> None:
    video = VideoFactory(audit_code=AuditFinding.UNCHECKED)
    context = keeper.get(PAGE).context
    assert (list(context["damaged"]), list(context["unexamined"])) == ([], [video])
    text = keeper.get(PAGE).content.decode()
    assert (
        text.index("检查过的文件都与发布时一致。") < text.index("未能检查的视频") < text.index(f"videos/{video.pk}/")
    )


def test_an_original_that_could_not_be_prepared_was_not_converted(keeper: Client) -> None:
    JobFactory(kind="videos.download", status=JobStatus.FAILED, error_code="out_of_space")
    assert download_sentence("out_of_space") in keeper.get(PAGE).content.decode()


@pytest.mark.parametrize(("act", "kind"), [("audit", "videos.audit"), ("repair", "videos.repair")])
def test_one_click_has_a_video_examined_or_made_anew(keeper: Client, act: str, kind: str) -> None:
    video = VideoFactory(audit_code=AuditFinding.REPAIR_FAILED)
    answer = keeper.post(f"/workbench/jobs/videos/{video.pk}/", {"act": act})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert [(job.kind, job.lane, job.payload) for job in Job.objects.all()] == [(kind, "ladder", {"video": video.pk})]
    assert [entry.action for entry in AuditEntry.objects.all()] == [kind]


def test_what_cannot_be_done_is_said_and_does_nothing(keeper: Client) -> None:
    video = VideoFactory(original="", audit_code=AuditFinding.NO_ORIGINAL)
    answer = keeper.post(f"/workbench/jobs/videos/{video.pk}/", {"act": "repair"}, follow=True)
    assert sentence_for("missing_file") in answer.content.decode()
    assert (Job.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_nobody_else_can_have_a_video_made_anew(keeper: Client) -> None:
    video = VideoFactory()
    address = f"/workbench/jobs/videos/{video.pk}/"
    asked = [with_duty(Role.SECURITY_OFFICER), with_duty(Role.EDITOR, below=True), signed_in(video.owner)]
    assert {client.post(address, {"act": "repair"}).status_code for client in asked} == {404}
    assert keeper.get(address).status_code == 405
    assert keeper.post("/workbench/jobs/videos/999999/", {"act": "audit"}).status_code == 404
    assert not Job.objects.exists()


def test_what_search_could_not_take_is_shown_without_names_and_tried_again_with_one_click(keeper: Client) -> None:
    assert "搜索里找不到的内容" not in keeper.get(PAGE).content.decode()
    bury("lesson", "12", "ValueError: 李秀兰 13800138000", index="embedded")
    letter = DeadLetter.objects.get()
    page = keeper.get(PAGE).content.decode()
    shown = ("微课", "#12", "<code>ValueError</code>", f"/workbench/jobs/search/{letter.pk}/")
    assert [text in page for text in shown] == [True] * 4
    assert ("李秀兰" in page, "13800138000" in page) == (False, False)

    answer = keeper.post(f"/workbench/jobs/search/{letter.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert list(OutboxEntry.objects.values_list("kind", "object_id")) == [("lesson", "12")]
    assert [(entry.action, entry.target_label) for entry in AuditEntry.objects.all()] == [
        ("portal.index_again", "lesson:12")
    ]
    assert "一分钟内会重试" in keeper.get(PAGE).content.decode()


def test_more_than_are_shown_are_counted_and_a_command_tries_all_of_them(keeper: Client, settings: Settings) -> None:
    settings.MANAGE_COMMAND = "./manage"
    for number in range(LISTED):
        bury("lesson", str(number), "ValueError: broken", index="embedded")
    bury("lesson", "0", "Refused: too long", index="elasticsearch")
    page = keeper.get(PAGE, {"part": "live"}).content.decode()
    assert ("./manage search_dead retry" in page, "这里列出最新的" in page) == (True, False)

    bury("lesson", "30", "ValueError: broken", index="embedded")

    assert "共有 31 项，这里列出最新的 30 项。" in keeper.get(PAGE, {"part": "live"}).content.decode()


def test_what_search_could_not_take_costs_one_query_however_much_it_is(
    keeper: Client,
) -> None:
    def asked(count: int) -> int:
        for number in range(count):
            bury("lesson", str(number), "ValueError: broken", index="embedded")
        with CaptureQueriesContext(connection) as caught:
            keeper.get(PAGE, {"part": "live"})
        return len(caught)

    assert asked(1) == asked(3)


def test_nobody_else_has_search_try_again(keeper: Client) -> None:
    bury("lesson", "12", "ValueError: broken", index="embedded")
    address = f"/workbench/jobs/search/{DeadLetter.objects.get().pk}/"
    asked = [with_duty(Role.SECURITY_OFFICER), with_duty(Role.EDITOR, below=True), signed_in(UserFactory())]
    assert {client.post(address).status_code for client in asked} == {404}
    assert keeper.get(address).status_code == 405
    assert keeper.post("/workbench/jobs/search/999999/").status_code == 404
    assert (OutboxEntry.objects.count(), AuditEntry.objects.count()) == (0, 0)


def told(client: Client, settings: Settings) -> dict[str, float]:
    """Return all numbers that monitoring is told, by name and labels."""
    settings.METRICS_TOKEN = "monitoring"
    answer = client.get("/metrics", headers={"authorization": "Bearer monitoring"})
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}


def test_monitoring_learns_of_lanes_failures_disks_and_damage(client: Client, settings: Any) -> None:
    at = now()
    JobFactory(lane=Lane.LADDER, run_after=at - timedelta(minutes=20))
    JobFactory(kind="videos.ladder", status=JobStatus.FAILED, error_code="stalled")
    facts = {"status": JobStatus.DONE, "started_at": at - timedelta(seconds=90), "finished_at": at}
    JobFactory(kind="videos.ladder", size=300.0, **facts)
    beat("w-1", lane=Lane.SMALL)
    VideoFactory(audit_code=AuditFinding.DAMAGED)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    numbers = told(client, settings)
    assert 1200 <= numbers['weike_job_oldest_seconds{lane="ladder"}'] < 1260
    assert numbers['weike_job_oldest_seconds{lane="first_play"}'] == 0
    assert (numbers['weike_workers{lane="small"}'], numbers['weike_workers{lane="ladder"}']) == (1, 0)
    assert numbers['weike_job_failures{code="stalled",kind="videos.ladder"}'] == 1
    assert numbers['weike_job_seconds{kind="videos.ladder",quantile="0.95"}'] == 90
    assert numbers["weike_media_seconds_encoded"] == 300
    assert numbers["weike_upload_reserved_bytes"] == 0
    assert numbers['weike_disk_free_bytes{place="data"}'] > 0
    assert numbers['weike_videos_damaged{audit_code="damaged"}'] == 1


def test_monitoring_learns_what_search_could_not_take(client: Client, settings: Any) -> None:
    bury("lesson", "12", "ValueError: broken", index="embedded")
    numbers = told(client, settings)
    assert numbers['weike_search_dead_letters{index="embedded"}'] == 1
    assert numbers['weike_search_backlog{index="embedded"}'] == 0
    assert 'weike_search_breaker_open{index="elasticsearch"}' not in numbers


def test_monitoring_learns_what_uploads_brought_and_why_they_were_refused(client: Client, settings: Any) -> None:
    sender = Sender(UserFactory())
    before = told(client, settings)
    url = sender.begin(100, filename="a.mp4")
    assert sender.patch(url, 0, b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(76)).status_code == 204
    assert sender.patch(url, 7, b"late").status_code == 409
    after = told(client, settings)
    kept, refused = 'weike_upload_bytes_total{checksum="none"}', 'weike_upload_refused_total{code="wrong_offset"}'
    assert after[kept] - before.get(kept, 0.0) == 100
    assert after[refused] - before.get(refused, 0.0) == 1
