"""The step of captions: one language at a time, nothing lost between two savings, every refusal said where it belongs."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.lessons.enums import CaptionOrigin
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.services import set_captions
from cms.lessons.services.parts import CueInput
from tests.factories.accounts import signed_in
from tests.factories.lessons import Stage, draft_of, make_draft

pytestmark = pytest.mark.django_db
CUES: list[dict[str, Any]] = [
    {"start": 0.125, "end": 1.25, "text": "先看杆基\n再抬头"},
    {"start": 3723.004, "end": 3725.5, "text": "张三　李四 <b> & -->"},
]
LINES = "00:00.125-00:01.25 先看杆基⏎再抬头\r\n1:02:03.004-1:02:05.5 张三　李四 <b> & -->"


def address_of(lesson: MicroLesson) -> str:
    """Return where the step is."""
    return reverse("lessons:captions", args=[lesson.pk])


def test_milliseconds_line_ends_and_signs_come_back_as_they_were_saved(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    client.post(address, {"language": "zh-Hans", "lines": LINES, "stay": ""})
    assert draft_of(lesson).captions.get().cues == CUES
    form = client.get(address).context["form"]
    assert form["lines"].value() == LINES.replace("\r\n", "\n")
    client.post(address, {"language": "zh-Hans", "lines": form["lines"].value()})
    assert draft_of(lesson).captions.get().cues == CUES


def test_each_language_is_corrected_for_itself_and_saving_stays_with_it(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    client.post(address, {"language": "zh-Hans", "lines": LINES, "checked": "on"})
    answer = client.post(address, {"language": "en", "lines": "00:01 Look up", "stay": ""})
    assert answer.headers["Location"] == f"{address}?language=en"
    page = client.get(answer.headers["Location"])
    chips = [(chip["url"], chip["on"], chip["count"]) for chip in page.context["languages"]]
    assert chips == [(f"{address}?language=zh-Hans", False, 2), (f"{address}?language=en", True, 1)]
    assert page.context["form"]["lines"].value() == "00:01.0-00:05.0 Look up"
    kept: list[LessonCaption] = sorted(draft_of(lesson).captions.all(), key=lambda row: row.language)
    assert [(row.language, len(row.cues), row.checked) for row in kept] == [("en", 1, False), ("zh-Hans", 2, True)]


def test_a_language_that_there_is_not_is_the_first_one(stage: Stage) -> None:
    page = signed_in(stage.author).get(f"{address_of(make_draft(stage))}?language=xx")
    assert page.context["form"]["language"].value() == "zh-Hans"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("00:01.0-00:02.0 一\n00:03.0-00:03.0 二", "第 2 条字幕的结束时间早于开始时间"),
        ("00:09 一\n00:03 二", "第 1 行的开始时间晚于下一行"),
        ("00:01 一\n没有", "第 2 行看不懂"),
    ],
)
def test_a_refusal_names_the_line_and_the_reason_and_keeps_what_was_typed(
    stage: Stage, lines: str, sentence: str
) -> None:
    lesson = make_draft(stage)
    answer = signed_in(stage.author).post(address_of(lesson), {"language": "zh-Hans", "lines": lines})
    assert (answer.status_code, answer.context["form"]["lines"].value()) == (400, lines)
    assert sentence in answer.content.decode()
    assert " data-refused" in answer.content.decode()
    assert " data-refused" not in signed_in(stage.author).get(address_of(lesson)).content.decode()
    assert draft_of(lesson).captions.count() == 0


def test_what_its_author_just_corrected_is_never_an_older_copy(stage: Stage) -> None:
    lesson = make_draft(stage)
    client = signed_in(stage.author)
    client.post(address_of(lesson), {"language": "zh-Hans", "lines": LINES})
    answer = client.get(reverse("lessons:draft_captions_vtt", args=[lesson.pk]))
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_later_of_two_tabs_replaces_the_earlier_only_on_purpose(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    seen = client.get(address).context["seen"]
    assert client.post(address, {"language": "zh-Hans", "lines": LINES, "seen": seen}).status_code == 302
    late = {"language": "zh-Hans", "lines": "00:01.0-00:02.0 另一页", "seen": seen}
    answer = client.post(address, late)
    assert (answer.status_code, answer.context["form"]["lines"].value()) == (409, late["lines"])
    assert "字幕在别处改过" in answer.content.decode()
    assert f'href="{address}?language=zh-Hans" target="_blank"' in answer.content.decode()
    assert draft_of(lesson).captions.get().cues == CUES
    assert client.post(address, {**late, "seen": answer.context["seen"]}).status_code == 302
    assert [cue["text"] for cue in draft_of(lesson).captions.get().cues] == ["另一页"]


@pytest.mark.parametrize("before", ["", "00:07 旧的"])
def test_a_page_on_which_nothing_was_typed_replaces_nothing_that_came_since(stage: Stage, before: str) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    client.post(address, {"language": "zh-Hans", "lines": before})
    page = client.get(address).context
    untouched = {"language": "zh-Hans", "lines": page["form"]["lines"].value(), "seen": page["seen"]}
    set_captions(lesson, [CueInput(**cue) for cue in CUES], actor=stage.author, origin=CaptionOrigin.RECOGNISED)
    for _twice in range(2):
        assert client.post(address, {**untouched, "checked": "on"}).status_code == 302
    kept = draft_of(lesson).captions.get()
    assert (kept.cues, kept.origin, kept.checked) == (CUES, CaptionOrigin.RECOGNISED, False)


def test_captions_that_are_as_they_were_can_be_said_to_be_read(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    client.post(address, {"language": "zh-Hans", "lines": LINES})
    page = client.get(address).context
    read = {"language": "zh-Hans", "lines": page["form"]["lines"].value(), "seen": page["seen"], "checked": "on"}
    assert client.post(address, read).status_code == 302
    assert draft_of(lesson).captions.get().checked


def test_a_mistake_in_the_lines_does_not_hide_that_others_were_saved(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    seen = client.get(address).context["seen"]
    client.post(address, {"language": "zh-Hans", "lines": LINES})
    answer = client.post(address, {"language": "zh-Hans", "lines": "00:01 一\n没有", "seen": seen})
    assert (answer.status_code, answer.context["seen"]) == (400, seen)


def test_a_file_that_came_too_late_is_kept_as_lines(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), address_of(lesson)
    seen = client.get(address).context["seen"]
    client.post(address, {"language": "zh-Hans", "lines": LINES})
    file = SimpleUploadedFile("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n文件里的".encode())
    answer = client.post(address, {"language": "zh-Hans", "lines": "", "file": file, "seen": seen, "checked": "on"})
    form = answer.context["form"]
    assert (answer.status_code, form["lines"].value()) == (409, "00:01.0-00:02.0 文件里的")
    assert not form["checked"].value()
