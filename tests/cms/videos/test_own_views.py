"""The page with a person's own videos, and what can be done there."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.notices.models import Notice
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY, LADDER
from cms.videos.services.work import enqueue_first_play
from cms.videos.uses import Use, _finders, register_uses
from tests.cms.videos.conftest import Sender, files_below
from tests.factories.accounts import UserFactory
from tests.factories.jobs import run_waiting_jobs
from tests.factories.videos import VideoFactory

pytestmark = pytest.mark.django_db
MINE = "/videos/mine/"


@pytest.fixture
def owner() -> User:
    person: User = UserFactory()
    return person


@pytest.fixture
def client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def make(owner: User, **values: Any) -> Video:
    video: Video = VideoFactory(owner=owner, original_bytes=3 << 20, **values)
    return video


def waiting(owner: User, title: str) -> Video:
    """Return a video whose conversion is queued."""
    video = make(owner, title=title, status="waiting", generation="", is_complete=False)
    enqueue_first_play(video)
    return video


def failed(owner: User, *, permanent: bool = False, code: str = "encoder_failed") -> Video:
    """Return a video that could not be converted and whose file is kept."""
    return make(
        owner,
        title="失败的",
        status="failed",
        generation="",
        is_complete=False,
        original="x/original",
        error_code=code,
        error_permanent=permanent,
    )


def shown(client: Client) -> str:
    return client.get(MINE).content.decode()


def test_the_page_shows_each_video_with_its_state_and_what_the_room_is(client: Client, owner: User) -> None:
    make(owner, title="好的", duration_s=125.0)
    waiting(owner, "等着的")
    failed(owner)
    make(owner, title="不要了的", status="cancelled", generation="")
    make(UserFactory(), title="别人的")
    page = shown(client)
    told = {title: title in page for title in ("好的", "等着的", "失败的", "不要了的", "别人的")}
    assert told == {"好的": True, "等着的": True, "失败的": True, "不要了的": False, "别人的": False}
    assert "已用 9.0 MB，共 20 GB" in page
    assert "3 个视频，最多 200 个" in page
    assert "转换视频时出了问题。文件还在，可以在“我的视频”里重新转换。" in page
    assert "2 分 5 秒" in page
    assert "视频处理暂时停了。" in page


def test_the_page_is_the_persons_own(client: Client) -> None:
    assert client.get(MINE)["Cache-Control"] == "private, no-store"
    assert client.post(MINE).status_code == 405
    assert Client().get(MINE).status_code == 302


def test_an_empty_page_says_where_to_begin(client: Client) -> None:
    assert "这里还没有你的视频" in shown(client)


def test_the_page_asks_as_often_for_many_videos_as_for_one(client: Client, owner: User) -> None:
    counts = []
    for n in range(3):
        waiting(owner, f"第{n}个")
        failed(owner)
        if n != 1:
            with CaptureQueriesContext(connection) as asked:
                shown(client)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_failed_video_is_converted_again_from_the_page(client: Client, owner: User) -> None:
    video = failed(owner)
    url = f"/videos/{video.pk}/retry/"
    assert url in shown(client)
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == MINE
    video.refresh_from_db()
    assert (video.status, Job.objects.get().kind) == ("waiting", FIRST_PLAY)
    # A second press finds nothing to do and says so.
    assert "只有未能转换的视频可以重试。" in client.post(url, follow=True).content.decode()


def test_a_video_with_one_size_only_says_why_and_offers_the_others(client: Client, owner: User) -> None:
    video = make(owner, title="一种清晰度", status="playable", is_complete=False, error_code="out_of_space")

    page = client.get(MINE).content.decode()
    assert [words in page for words in ("可以播放，只有一种清晰度", "没有空间", "重新转换", "停止")] == [True] * 3 + [
        False
    ]
    client.post(f"/videos/{video.pk}/retry/")

    video.refresh_from_db()
    assert (video.status, video.error_code, Job.objects.get().kind) == ("playable", "", LADDER)


def test_what_trying_again_cannot_help_is_not_offered(client: Client, owner: User) -> None:
    video = failed(owner, permanent=True, code="no_picture")
    page = shown(client)
    assert (f"/videos/{video.pk}/retry/" in page, f"/videos/{video.pk}/delete/" in page) == (False, True)


def test_a_conversion_is_stopped_from_the_page(
    client: Client, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    video = waiting(owner, "等着的")
    url = f"/videos/{video.pk}/cancel/"
    assert url in shown(client)
    assert "停止转换这个视频" in client.get(url).content.decode()
    assert Video.objects.get().status == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == MINE
    assert (Video.objects.get().status, Job.objects.get().status) == ("cancelled", JobStatus.CANCELLED)
    assert client.get(url).status_code == 404


def test_a_finished_video_is_deleted_from_the_page(
    client: Client, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    sender = Sender(owner)
    sender.patch(sender.begin(9000), 0, b"\x00\x00\x00\x18ftypmp42" + b"\0" * 8988)
    Video.objects.update(status="ready", generation="g")
    video = Video.objects.get()
    url = f"/videos/{video.pk}/delete/"
    assert "删除这个视频" in client.get(url).content.decode()
    assert Video.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == MINE
    assert not Video.objects.exists()
    assert files_below(settings.MEDIA_ROOT) == []


def test_a_video_in_use_names_what_uses_it_and_is_not_deleted(client: Client, owner: User) -> None:
    video = make(owner, title="用着的")
    before = list(_finders)
    register_uses(
        lambda keys: [Use(key, "雪后巡线", "/lessons/1/edit/", shown=True) for key in keys], lambda _v: False
    )
    try:
        page = shown(client)
        assert '用于微课 <a class="more" href="/lessons/1/edit/">雪后巡线</a>' in page
        assert f"/videos/{video.pk}/delete/" not in page
        refused = client.post(f"/videos/{video.pk}/delete/")
        assert (refused.status_code, "有微课正在使用这个视频。" in refused.content.decode()) == (409, True)
    finally:
        _finders[:] = before
    assert Video.objects.filter(pk=video.pk).exists()


@pytest.mark.parametrize("act", ["retry", "cancel", "delete"])
def test_nobody_acts_on_another_persons_video(act: str, owner: User) -> None:
    video = failed(owner)
    other = Client()
    other.force_login(UserFactory())
    assert other.post(f"/videos/{video.pk}/{act}/").status_code == 404
    assert Client().post(f"/videos/{video.pk}/{act}/").status_code == 302
    video.refresh_from_db()
    assert video.status == "failed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_the_owner_gets_a_notice_when_a_video_fails(owner: User) -> None:
    video = waiting(owner, "老井的故事")
    run_waiting_jobs()
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.url) == (owner, "videos.failed", MINE)
    assert notice.title == "你的视频没有转换成功：老井的故事"
    assert notice.body == "这个视频的文件已经不在了。请重新上传。"
    video.refresh_from_db()
    assert video.status == "failed"


def test_stopping_a_conversion_oneself_sends_no_notice(client: Client, owner: User) -> None:
    video = waiting(owner, "等着的")
    client.post(f"/videos/{video.pk}/cancel/")
    assert not Notice.objects.exists()
