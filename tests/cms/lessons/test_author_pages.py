"""The author's pages: who speaks, what the recording lacks, captions that are too many, chapters."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.core.errors import InvalidInput
from cms.core.personal_data import personal_data_sources
from cms.lessons.models import MicroLesson
from cms.lessons.services import set_chapters, submit_lesson
from cms.review.services import approve
from cms.videos.captions import MAX_BYTES
from cms.videos.messages import sentence_for
from cms.videos.models import Video
from tests.factories.accounts import signed_in
from tests.factories.lessons import Stage, draft_of, make_draft, make_published, make_submitted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["lines", "file"])
def test_too_many_captions_are_refused_with_the_number_and_all_that_was_typed(stage: Stage, way: str) -> None:
    lesson = make_draft(stage)
    address = reverse("lessons:captions", args=[lesson.pk])
    vtt = "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.500\n字" for n in range(3001)
    )
    typed = "\n".join(f"第{n}行" for n in range(3001))
    posted = {"language": "zh-Hans", "lines": typed}
    if way == "file":
        posted["file"] = SimpleUploadedFile("a.vtt", vtt.encode())  # type: ignore[assignment]  # a form holds both
    answer = signed_in(stage.author).post(address, posted)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert ("超过 3000 条" if way == "file" else "最多 3000 条字幕，这里有 3001 条") in page
    assert "第3000行" in page
    assert list(draft_of(lesson).captions.all()) == []


def test_a_captions_file_that_is_too_large_is_refused_in_the_words_of_the_videos_room(stage: Stage) -> None:
    lesson = make_draft(stage)
    file = SimpleUploadedFile("a.vtt", b"WEBVTT\n\n".ljust(MAX_BYTES + 1, b"x"))
    address = reverse("lessons:captions", args=[lesson.pk])
    answer = signed_in(stage.author).post(address, {"language": "zh-Hans", "file": file})
    sentence = str(sentence_for("captions_too_large"))
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert list(draft_of(lesson).captions.all()) == []


@pytest.mark.long
def test_the_page_says_who_speaks_when_it_is_not_the_author(stage: Stage) -> None:
    lesson = make_published(stage, speaker=stage.secretary)
    assert f"主讲：{stage.secretary}" in Client().get(f"/lessons/{lesson.pk}/").content.decode()
    quiet = make_published(stage)
    assert "主讲：" not in Client().get(f"/lessons/{quiet.pk}/").content.decode()


@pytest.mark.long
def test_my_data_names_lessons_i_speak_in_once_their_authors_handed_them_in(stage: Stage) -> None:
    make_draft(stage, title="还没交的草稿", speaker=stage.secretary)
    make_submitted(stage, title="等审核的微课", speaker=stage.secretary)
    source = next(source for source in personal_data_sources() if source.slug == "lessons")
    assert list(source.collect(stage.secretary)) == [
        {"title": "等审核的微课", "author": str(stage.author), "named_as_speaker": True}
    ]


def test_what_the_recording_lacks_is_said_while_one_edits(stage: Stage) -> None:
    lesson = make_draft(stage)
    checks = [{"code": code, "value": None} for code in ("length_short", "loud", "portrait")]
    Video.objects.filter(owner=stage.author).update(checks=checks)
    page = signed_in(stage.author).get(reverse("lessons:edit", args=[lesson.pk])).content.decode()
    assert all(words in page for words in ("不到两分钟", "可能有爆音", "竖着拍的", "三行要点还空着"))


@pytest.mark.long
def test_an_editor_says_why_a_lesson_is_no_longer_shown_and_the_author_reads_it_among_the_own_works(
    stage: Stage,
) -> None:
    lesson = make_published(stage)
    address = reverse("lessons:unpublish", args=[lesson.pk])
    client = signed_in(stage.editor)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 400
    assert signed_in(stage.outsider).post(address, {"reason": "不该有"}).status_code == 404
    assert client.post(address, {"reason": "有了更新的版本"}).status_code == 302
    assert "原因： 有了更新的版本" in signed_in(stage.author).get("/lessons/mine/").content.decode()
    told = signed_in(stage.author).get(reverse("lessons:edit", args=[lesson.pk])).content.decode()
    assert "这个微课已不再展示" in told
    assert "有了更新的版本" in told


def test_a_captions_file_in_another_language_is_shown_in_that_language_to_be_read(stage: Stage) -> None:
    lesson = make_draft(stage)
    address = reverse("lessons:captions", args=[lesson.pk])
    file = SimpleUploadedFile("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nLook at the base first\n")
    client = signed_in(stage.author)
    answer = client.post(address, {"language": "en", "lines": "", "file": file})
    assert answer.headers["Location"] == f"{address}?language=en"
    assert "Look at the base first</textarea>" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("captions", {"language": "zh-Hans", "lines": "00:01 先看杆基"}),
        ("questions", {f"{prefix}-{name}_FORMS": "0" for prefix in "qk" for name in ("TOTAL", "INITIAL")}),
        ("attachments", {"title": ""}),
        ("consent", {"people": "nobody", "minors": "none"}),
    ],
)
@pytest.mark.long
def test_a_step_that_is_pressed_in_the_list_is_reached_after_saving(
    stage: Stage, step: str, typed: dict[str, str]
) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), reverse(f"lessons:{step}", args=[lesson.pk])
    page = client.get(address).content.decode()
    assert ("data-save-first" in page, 'edit/" data-step="edit"' in page) == (True, True)
    onward = [client.post(address, typed | {"go": go}).headers["Location"] for go in ("edit", "submit", "elsewhere")]
    following = {"captions": "questions", "questions": "attachments", "attachments": "consent", "consent": "submit"}
    assert onward == [f"/lessons/{lesson.pk}/{name}/" for name in ("edit", "submit", following[step])]
    if step == "captions":
        assert draft_of(lesson).captions.get().cues[0]["text"] == "先看杆基"


def test_chapters_stand_on_the_page_by_where_they_begin_each_until_the_next(stage: Stage) -> None:
    lesson = make_draft(stage)
    set_chapters(lesson, [(90, "再看导线"), (0, "先看杆基")], actor=stage.author)
    submit_lesson(lesson, actor=stage.author)
    approve(MicroLesson.objects.get(), actor=stage.secretary)
    approve(MicroLesson.objects.get(), actor=stage.editor)
    page = Client().get(f"/lessons/{lesson.pk}/").content.decode()
    shown = re.findall(
        r'data-start="([0-9.]+)" data-end="([0-9.]+)"><span[^>]*>[^<]*</span><span>([^<]*)</span>', page
    )
    assert shown == [("0.000", "90.000", "先看杆基"), ("90.000", "200.000", "再看导线")]


def test_too_many_chapters_are_refused_and_those_before_stay(stage: Stage) -> None:
    lesson = make_draft(stage)
    set_chapters(lesson, [(0, "先看杆基")], actor=stage.author)
    with pytest.raises(InvalidInput, match="最多 30 个章节。"):
        set_chapters(lesson, [(second, "一节") for second in range(31)], actor=stage.author)
    assert [chapter.title for chapter in draft_of(lesson).chapters.all()] == ["先看杆基"]
