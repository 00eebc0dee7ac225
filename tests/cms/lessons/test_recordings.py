"""What the author's pages say of the recording, however it came: received, waiting, stopped, gone, refused, and why."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cms.core.clock import now
from cms.jobs.enums import Lane
from cms.jobs.services import beat
from cms.lessons.models import MicroLesson
from cms.lessons.queries import state_of, works_of
from cms.lessons.services import save_draft, start_lesson
from cms.videos.models import Upload, Video
from tests.factories.lessons import Stage, make_video
from tests.factories.videos import UploadFactory

pytestmark = pytest.mark.django_db
# The first bytes of an MP4; where its index lies is missing.
CUT_OFF = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 4096
RESTS = "视频处理暂时停了。你的视频已经保存好，恢复后会自动继续。"
TRUNCATED = "录像的结尾缺失了。请从拍摄的那台设备重新上传。"


def signed_in(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.author)
    return client


def words_of(page: str, mark: str) -> str:
    """Return the text of the element with this mark, without what the scripts read."""
    found = re.search(rf"data-{mark}\b[^>]*>(.*?)</(?:b|span|p)>", page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""


def line_of(page: str) -> tuple[str, str]:
    """Return what happens to the recording and how long it takes, as the page says it without a script."""
    shown = "<div data-line hidden>" not in page
    return (words_of(page, "head"), words_of(page, "note")) if shown else ("", "")


def sent_with_a_plain_form(stage: Stage, client: Client) -> tuple[MicroLesson, Video]:
    file = SimpleUploadedFile("现场.mp4", CUT_OFF, "video/mp4")
    answer = client.post("/upload/file/", {"file": file})
    lesson = MicroLesson.objects.get()
    assert answer["Location"] == f"/lessons/{lesson.pk}/edit/"
    return lesson, Video.objects.get()


@pytest.mark.long
def test_a_file_sent_with_a_plain_form_is_said_to_be_here_and_to_wait(stage: Stage) -> None:
    client = signed_in(stage)
    lesson, video = sent_with_a_plain_form(stage, client)
    told = [line_of(client.get(f"/lessons/{lesson.pk}/edit/").content.decode())]
    beat("w1", lane=Lane.FIRST_PLAY)
    told.append(line_of(client.get(f"/lessons/{lesson.pk}/edit/").content.decode()))
    assert told == [("已经传完，正在排队", RESTS), ("已经传完，正在排队", "马上轮到")]
    Video.objects.filter(pk=video.pk).update(status="processing")
    page = client.get(f"/lessons/{lesson.pk}/edit/").content.decode()
    # With a script the progress goes on from here.
    assert (line_of(page), f'data-watch-url="/api/v1/videos/{video.pk}"' in page) == (("正在转换 0%", ""), True)


def test_a_file_sent_with_a_plain_form_that_cannot_be_converted_is_refused_in_words(stage: Stage) -> None:
    client = signed_in(stage)
    lesson, video = sent_with_a_plain_form(stage, client)
    Video.objects.filter(pk=video.pk).update(status="failed", error_code="truncated", error_permanent=True)
    page = client.get(f"/lessons/{lesson.pk}/edit/").content.decode()
    assert (words_of(page, "fault-head"), words_of(page, "fault-text")) == ("视频没处理好", TRUNCATED)
    assert line_of(page) == ("", "")
    assert TRUNCATED in client.get("/lessons/mine/").content.decode()


def test_another_file_sent_with_a_plain_form_counts_and_not_the_upload_before(stage: Stage) -> None:
    client = signed_in(stage)
    failed = make_video(stage.author, status="failed", generation="", error_code="truncated")
    lesson = start_lesson(
        stage.author, upload=UploadFactory(owner=stage.author, state="received", video=failed, offset=1000)
    )
    file = SimpleUploadedFile("再来.mp4", CUT_OFF, "video/mp4")
    client.post(f"/lessons/{lesson.pk}/file/", {"file": file})
    page = client.get(f"/lessons/{lesson.pk}/edit/").content.decode()
    assert (line_of(page)[0], words_of(page, "fault-text")) == ("已经传完，正在排队", "")


GONE = {"expires_at": now() - timedelta(hours=1)}
EXPIRED = "这次上传太久没有继续，已经清除。请重新选择文件。"
OVER = "这次上传已经结束。请重新选择文件。"
PICTURE = "这个文件是一张图片，不是视频。请重新选择手机里的视频，已填写的内容都保留着。"


@pytest.mark.parametrize(
    ("values", "state", "said"),
    [
        ({"offset": 380}, "upload_stopped", ""),
        ({"offset": 1000}, "processing", ""),
        ({"offset": 380} | GONE, "upload_gone", EXPIRED),
        ({"state": "cancelled", "error_code": "upload_expired"}, "upload_gone", EXPIRED),
        ({"state": "cancelled"}, "upload_gone", OVER),
        # The video was deleted among the own videos.
        ({"state": "received", "offset": 1000}, "upload_gone", OVER),
        ({"state": "failed", "error_code": "not_video", "container": "image"}, "video_failed", PICTURE),
    ],
)
def test_an_upload_is_called_what_it_is(stage: Stage, values: dict[str, Any], state: str, said: str) -> None:
    lesson = start_lesson(stage.author, upload=UploadFactory(owner=stage.author, **values))
    pages = [signed_in(stage).get(page).content.decode() for page in ("/lessons/mine/", f"/lessons/{lesson.pk}/edit/")]
    assert state_of(lesson) == state_of(works_of(stage.author).get()) == state
    assert (words_of(pages[1], "fault-text"), said in pages[0]) == (said, True)


def test_an_upload_that_stopped_can_be_continued_from_the_lesson(stage: Stage) -> None:
    upload = UploadFactory(owner=stage.author, offset=380)
    lesson = start_lesson(stage.author, upload=upload)
    client = signed_in(stage)
    mine = client.get("/lessons/mine/").content.decode()
    assert f'<a class="btn" href="/lessons/{lesson.pk}/edit/">接着传</a>' in mine
    assert ("上传未完成" in mine, "已传 38%" in mine) == (True, True)
    page = client.get(f"/lessons/{lesson.pk}/edit/").content.decode()
    assert f'data-unfinished data-upload-id="{upload.pk}" data-name="现场.mp4" data-size="1000"' in page
    assert ("选同一个文件，接着传" in page, "从头传，或换一段视频" in page) == (True, True)
    # A recording that came some other way meanwhile ends the waiting for the upload.
    save_draft(lesson, {"video": make_video(stage.author)}, actor=stage.author)
    assert "data-unfinished" not in client.get(f"/lessons/{lesson.pk}/edit/").content.decode()


def test_the_upload_page_leads_to_the_lesson_an_upload_was_begun_for_and_takes_it_up(stage: Stage) -> None:
    key = uuid.uuid4()
    alone = UploadFactory(owner=stage.author, offset=100, filename="别的.mp4")
    upload = UploadFactory(owner=stage.author, offset=380)
    lesson = start_lesson(stage.author, upload=upload, title="应急灯怎么查", key=key)
    client = signed_in(stage)
    page = client.get("/upload/").content.decode()
    begun = page.index(f'data-upload-id="{upload.pk}"')
    row = page[begun : page.index("</li>", begun)]
    assert f'data-lesson-url="/lessons/{lesson.pk}/edit/" data-draft-key="{key}"' in row
    assert "<h3>应急灯怎么查</h3>" in row
    assert f'<a class="btn" href="/lessons/{lesson.pk}/edit/">接着写、接着传' in row
    assert (row.count("data-resume"), page.count("data-resume ") + page.count("data-resume>")) == (0, 1)
    assert page.index(str(alone.pk)) < page.index('name="title"')
    # The form that has taken the lesson up saves into it.
    told = client.post(
        "/upload/save/", {"draft_key": str(key), "upload": str(upload.pk), "title": "应急灯怎么查"}
    ).json()
    assert (told["lesson"], MicroLesson.objects.count()) == (lesson.pk, 1)


def test_the_upload_page_names_what_was_worked_on_last_and_nobody_else_has_seen(stage: Stage) -> None:
    client = signed_in(stage)
    assert "没写完的微课" not in client.get("/upload/").content.decode()
    older, newer = (start_lesson(stage.author, title=title) for title in ("先写的", "后写的"))
    start_lesson(stage.author, upload=UploadFactory(owner=stage.author, offset=380), title="还在传")
    save_draft(older, {"show": "刚写过"}, actor=stage.author)
    page = client.get("/upload/").content.decode()
    assert "你有一节没写完的微课：先写的" in page
    assert f'href="/lessons/{older.pk}/edit/">接着写</a>' in page
    assert (f"/lessons/{newer.pk}/edit/" in page, page.index("你有一节") < page.index('name="title"')) == (False, True)


def test_a_work_without_a_title_is_known_by_its_file(stage: Stage) -> None:
    start_lesson(stage.author, upload=UploadFactory(owner=stage.author, offset=380, filename="IMG_2034.mov"))
    start_lesson(stage.author, upload=UploadFactory(owner=stage.author, filename="另一个.mov"), title="有题目")
    page = signed_in(stage).get("/lessons/mine/").content.decode()
    assert ("<span>IMG_2034.mov</span>" in page, "另一个.mov" in page) == (True, False)


def test_a_video_whose_conversion_was_stopped_is_no_longer_on_its_way(stage: Stage) -> None:
    video = make_video(stage.author, status="cancelled", generation="")
    lesson = start_lesson(stage.author, video=video)
    page = signed_in(stage).get(f"/lessons/{lesson.pk}/edit/").content.decode()
    assert (str(state_of(lesson)), words_of(page, "fault-text")) == ("upload_gone", "转换已取消。")


def test_the_states_of_many_uploads_cost_no_query_each(stage: Stage, django_assert_num_queries: Any) -> None:
    for _n in range(3):
        start_lesson(stage.author, upload=UploadFactory(owner=stage.author))
    Upload.objects.update(offset=380)
    with django_assert_num_queries(1):
        assert {str(state_of(lesson)) for lesson in works_of(stage.author)} == {"upload_stopped"}
