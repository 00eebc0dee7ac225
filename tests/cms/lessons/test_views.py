"""Pages: they open for the right people, take what is right, and say in words what is not."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.lessons.models import MicroLesson
from cms.lessons.queries import state_of
from cms.lessons.services import set_captions, start_lesson, take_down
from cms.lessons.services.parts import CueInput
from cms.review.queries import waiting_for
from cms.review.services import return_with_reason
from tests.factories.accounts import signed_in
from tests.factories.assets import PDF
from tests.factories.lessons import Stage, make_draft, make_published, make_submitted, make_video
from tests.factories.taxonomy import TopicFactory

pytestmark = pytest.mark.django_db
DETAILS = {"title": "雪后巡线", "template": "free", "work_type": "lecture", "reach": "public", "digest": "一\n二\n三"}


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def status_of(client: Client, address: str) -> int:
    """Open an address that may stream a file, and close the file."""
    answer = client.get(address)
    # Reading to the end closes the file, as a browser's connection would.
    list(getattr(answer, "streaming_content", ()))
    return int(answer.status_code)


def draft_of(lesson: MicroLesson) -> MicroLesson:
    draft: MicroLesson = fresh(lesson).get_latest_revision_as_object()
    return draft


def test_a_visitor_is_asked_to_sign_in_before_uploading(stage: Stage) -> None:
    assert Client().get("/upload/").headers["Location"].startswith("/accounts/login/")


def test_the_upload_page_opens_and_its_form_begins_a_lesson(stage: Stage) -> None:
    client = signed_in(stage.author)
    page = client.get("/upload/")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    answer = client.post("/upload/", DETAILS | {"draft_key": uuid.uuid4()})
    lesson = MicroLesson.objects.get()
    assert answer.headers["Location"] == f"/lessons/{lesson.pk}/edit/"
    assert (lesson.title, lesson.author, lesson.organisation) == ("雪后巡线", stage.author, stage.branch)


def test_saving_while_typing_keeps_one_lesson_and_names_what_cannot_be_used(stage: Stage) -> None:
    client = signed_in(stage.author)
    key = str(uuid.uuid4())
    first = client.post("/upload/save/", DETAILS | {"draft_key": key})
    second = client.post("/upload/save/", DETAILS | {"draft_key": key, "digest": "一\n二\n三\n四", "show": "看见了"})
    lesson = MicroLesson.objects.get()
    assert (first.status_code, second.status_code) == (200, 200)
    assert list(second.json()["fields"]) == ["digest"]
    assert (draft_of(lesson).digest, draft_of(lesson).show) == ("一\n二\n三", "看见了")


def test_saving_without_a_key_begins_nothing(stage: Stage) -> None:
    assert signed_in(stage.author).post("/upload/save/", DETAILS).status_code == 400
    assert MicroLesson.objects.count() == 0


def test_a_file_that_is_no_video_is_refused_in_words_without_a_script(stage: Stage) -> None:
    file = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    answer = signed_in(stage.author).post("/upload/file/", {"file": file})
    assert answer.status_code == 415
    assert MicroLesson.objects.count() == 0


def test_wrong_details_answer_400_and_keep_what_was_typed(stage: Stage) -> None:
    lesson = make_draft(stage)
    answer = signed_in(stage.author).post(
        reverse("lessons:edit", args=[lesson.pk]), DETAILS | {"title": "长" * 99, "do": "写到这里"}
    )
    assert answer.status_code == 400
    assert "写到这里" in answer.content.decode()
    assert draft_of(lesson).title == "雪后巡线，先看杆基"


@pytest.mark.parametrize("name", ["edit", "captions", "questions", "attachments", "consent", "submit"])
def test_every_step_opens_for_its_author_and_for_nobody_else(stage: Stage, name: str) -> None:
    lesson = make_draft(stage)
    address = reverse(f"lessons:{name}", args=[lesson.pk])
    assert signed_in(stage.author).get(address).status_code == 200
    assert signed_in(stage.outsider).get(address).status_code == 404
    assert signed_in(stage.outsider).post(address, DETAILS).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["save", "withdraw", "replace_file"])
def test_acts_are_not_done_by_opening_an_address(stage: Stage, name: str) -> None:
    lesson = make_draft(stage)
    assert signed_in(stage.author).get(reverse(f"lessons:{name}", args=[lesson.pk])).status_code == 405


@pytest.mark.long
def test_captions_in_an_old_chinese_encoding_become_lines_to_correct(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), reverse("lessons:captions", args=[lesson.pk])
    srt = "1\r\n00:00:01,000 --> 00:00:03,500\r\n先看杆基\r\n".encode("gb18030")
    answer = client.post(address, {"language": "zh-Hans", "file": SimpleUploadedFile("字幕.srt", srt)})
    assert answer.status_code == 302
    assert draft_of(lesson).captions.get().cues == [{"start": 1.0, "end": 3.5, "text": "先看杆基"}]
    assert "00:01.0-00:03.5 先看杆基" in client.get(address).content.decode()
    client.post(address, {"language": "zh-Hans", "lines": "00:01.0-00:03.0 先看杆基\n00:03 再抬头", "checked": "on"})
    caption = draft_of(lesson).captions.get()
    assert [cue["text"] for cue in caption.cues] == ["先看杆基", "再抬头"]
    assert caption.checked
    vtt = client.get(reverse("lessons:draft_captions_vtt", args=[lesson.pk]))
    assert vtt.content.decode().startswith("WEBVTT")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"hello", b"1\n00:00:05,000 --> 00:00:01,000\nx\n"])
def test_a_file_without_captions_is_refused_at_the_field(stage: Stage, data: bytes) -> None:
    lesson = make_draft(stage)
    file = SimpleUploadedFile("x.srt", data)
    answer = signed_in(stage.author).post(
        reverse("lessons:captions", args=[lesson.pk]), {"language": "zh-Hans", "file": file}
    )
    assert answer.status_code == 400
    assert draft_of(lesson).captions.count() == 0


def test_a_line_without_a_time_is_named_by_its_number(stage: Stage) -> None:
    lesson = make_draft(stage)
    lines = "00:01 好\n没有时间的一行"
    answer = signed_in(stage.author).post(
        reverse("lessons:captions", args=[lesson.pk]), {"language": "zh-Hans", "lines": lines}
    )
    assert answer.status_code == 400
    assert "没有时间的一行" in answer.content.decode()


def questions_data(**values: Any) -> dict[str, Any]:
    data = {"q-TOTAL_FORMS": 1, "q-INITIAL_FORMS": 0, "k-TOTAL_FORMS": 1, "k-INITIAL_FORMS": 0}
    return (
        data
        | {
            "q-0-kind": "single",
            "q-0-stem": "先看哪里？",
            "q-0-option_1": "杆基",
            "q-0-option_2": "导线",
            "q-0-right": ["1"],
        }
        | values
    )


@pytest.mark.long
def test_questions_are_kept_changed_and_deleted(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), reverse("lessons:questions", args=[lesson.pk])
    assert (
        client.post(address, questions_data(**{"k-0-question": "能补吗？", "k-0-answer": "能。"})).status_code == 302
    )
    question = draft_of(lesson).questions.get()
    assert (question.stem, question.options, question.answer) == ("先看哪里？", ["杆基", "导线"], [0])
    assert draft_of(lesson).key_questions.get().answer == "能。"
    again = {"k-INITIAL_FORMS": 1, "k-0-question": "能补吗？", "k-0-answer": "能。"}
    kept = questions_data(**{"q-INITIAL_FORMS": 1, "q-0-DELETE": "on"}, **again)
    assert client.post(address, kept).status_code == 302
    assert draft_of(lesson).questions.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"q-0-right": []},
        {"q-0-right": ["3"]},
        {"q-0-right": ["1", "2"]},
        {"q-0-option_2": "杆基"},
        {"q-0-option_2": ""},
        {"q-0-stem": ""},
        {"q-0-kind": "essay"},
        {"q-0-right": ["99"]},
        {"q-TOTAL_FORMS": "many"},
        {"q-TOTAL_FORMS": "100000"},
    ],
)
def test_a_question_that_cannot_be_marked_is_refused_with_400(stage: Stage, wrong: dict[str, Any]) -> None:
    lesson = make_draft(stage)
    answer = signed_in(stage.author).post(reverse("lessons:questions", args=[lesson.pk]), questions_data(**wrong))
    assert answer.status_code == 400
    assert draft_of(lesson).questions.count() == 0


@pytest.mark.long
def test_a_document_is_attached_opened_by_its_owner_only_and_taken_out(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), reverse("lessons:attachments", args=[lesson.pk])
    assert client.post(address, {"file": SimpleUploadedFile("表.pdf", PDF), "title": "检查表"}).status_code == 302
    document = draft_of(lesson).attachments.get().document
    assert document.title == "检查表"
    assert status_of(client, document.url) == 200
    assert status_of(signed_in(stage.outsider), document.url) == 404
    client.post(reverse("lessons:detach", args=[lesson.pk, document.pk]))
    assert draft_of(lesson).attachments.count() == 0


def test_a_program_named_like_a_document_is_refused(stage: Stage) -> None:
    lesson = make_draft(stage)
    file = SimpleUploadedFile("表.pdf", b"MZ\x90\x00program")
    answer = signed_in(stage.author).post(reverse("lessons:attachments", args=[lesson.pk]), {"file": file})
    assert answer.status_code == 400
    assert draft_of(lesson).attachments.count() == 0


@pytest.mark.long
def test_handing_in_too_early_names_the_gaps_and_a_second_time_is_refused(stage: Stage) -> None:
    empty = start_lesson(stage.author)
    client = signed_in(stage.author)
    assert client.post(reverse("lessons:submit", args=[empty.pk])).status_code == 400
    lesson = make_draft(stage)
    address = reverse("lessons:submit", args=[lesson.pk])
    assert client.post(address).headers["Location"] == "/lessons/mine/"
    assert client.post(address).status_code == 409
    assert waiting_for(stage.secretary).count() == 1


def test_the_author_takes_a_lesson_back_and_goes_on(stage: Stage) -> None:
    lesson = make_submitted(stage)
    signed_in(stage.author).post(reverse("lessons:withdraw", args=[lesson.pk]))
    assert state_of(fresh(lesson)) == "draft"


@pytest.mark.long
def test_the_secretary_reads_all_and_decides_without_admin_access(stage: Stage) -> None:
    lesson = make_draft(stage)
    signed_in(stage.author).post(
        reverse("lessons:attachments", args=[lesson.pk]), {"file": SimpleUploadedFile("表.pdf", PDF)}
    )
    set_captions(fresh(lesson), [CueInput(0.0, 2.0, "字幕在此")], actor=stage.author)
    signed_in(stage.author).post(reverse("lessons:submit", args=[lesson.pk]))
    state = waiting_for(stage.secretary).get()
    client, address = signed_in(stage.secretary), reverse("lessons:review", args=[state.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert "字幕在此" in page.content.decode()
    document = draft_of(lesson).attachments.get().document
    assert status_of(client, reverse("lessons:review_document", args=[state.pk, document.pk])) == 200
    assert client.get(reverse("lessons:review_document", args=[state.pk, document.pk + 1])).status_code == 404
    assert client.get(reverse("lessons:review_captions_vtt", args=[state.pk])).status_code == 200
    assert client.post(address, {"decision": "return", "comment": " "}).status_code == 400
    assert client.post(address, {"decision": "explode"}).status_code == 400
    assert client.post(address, {"decision": "approve", "checklist": ["small", "real"]}).status_code == 302
    assert state_of(fresh(lesson)) == "editor_review"
    assert client.post(address, {"decision": "approve"}).status_code == 409
    assert client.get("/admin/").status_code in (302, 403)


def test_a_check_page_is_no_page_for_author_outsider_and_visitor(stage: Stage) -> None:
    make_submitted(stage)
    address = reverse("lessons:review", args=[waiting_for(stage.secretary).get().pk])
    assert signed_in(stage.author).get(address).status_code == 404
    assert signed_in(stage.outsider).get(address).status_code == 404
    assert signed_in(stage.editor).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_own_works_show_state_reason_and_next_step(stage: Stage) -> None:
    lesson = make_submitted(stage)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="请写明日期")
    page = signed_in(stage.author).get("/lessons/mine/").content.decode()
    assert "请写明日期" in page
    assert reverse("lessons:edit", args=[lesson.pk]) in page
    assert "请写明日期" in signed_in(stage.author).get(reverse("lessons:edit", args=[lesson.pk])).content.decode()


@pytest.mark.long
def test_a_published_lesson_is_watched_by_visitors_and_members(stage: Stage) -> None:
    lesson = make_published(stage)
    for client in (Client(), signed_in(stage.outsider)):
        assert client.get(f"/lessons/{lesson.pk}/").status_code == 200
        assert client.get(f"/lessons/{lesson.pk}/screen/").status_code == 200
        assert client.get(f"/lessons/{lesson.pk}/captions.vtt").status_code == 404
        assert client.get(f"/authors/{stage.author.pk}/").status_code == 200
        assert client.get("/lessons/").status_code == 200
    assert Client().get(f"/authors/{stage.outsider.pk}/").status_code == 404
    assert signed_in(stage.author).get(f"/authors/{stage.author.pk}/").status_code == 200


@pytest.mark.long
def test_an_unpublished_lesson_is_no_page_even_for_its_author(stage: Stage) -> None:
    lesson = make_draft(stage)
    for client in (Client(), signed_in(stage.author), signed_in(stage.editor)):
        for name in ("watch", "screen", "captions_vtt"):
            assert client.get(reverse(f"lessons:{name}", args=[lesson.pk])).status_code == 404


@pytest.mark.long
def test_taking_down_by_page_needs_a_reason_and_the_duty(stage: Stage) -> None:
    lesson = make_published(stage)
    address = reverse("lessons:take_down", args=[lesson.pk])
    assert signed_in(stage.outsider).get(address).status_code == 404
    assert signed_in(stage.author).get(address).status_code == 404
    client = signed_in(stage.secretary)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "涉密"}).status_code == 302
    assert client.get(f"/lessons/{lesson.pk}/").status_code == 404
    restore = reverse("lessons:restore", args=[lesson.pk])
    assert client.get(restore).status_code == 404
    assert signed_in(stage.editor).post(restore, {"reason": "已核实"}).status_code == 302
    assert "涉密" not in signed_in(stage.author).get("/lessons/mine/").content.decode()


def test_the_author_stops_showing_by_page(stage: Stage) -> None:
    lesson = make_published(stage)
    assert signed_in(stage.author).post(reverse("lessons:unpublish", args=[lesson.pk])).status_code == 302
    assert not fresh(lesson).live


@pytest.mark.long
def test_a_taken_down_lesson_tells_its_author_why(stage: Stage) -> None:
    lesson = make_published(stage)
    take_down(lesson, actor=stage.editor, reason="画面里有内部文件")
    page = signed_in(stage.author).get(reverse("lessons:edit", args=[lesson.pk]))
    assert "画面里有内部文件" in page.content.decode()
    assert signed_in(stage.author).post(reverse("lessons:save", args=[lesson.pk]), DETAILS).status_code == 409


@pytest.mark.long
def test_browse_narrows_by_topic_and_survives_nonsense(stage: Stage) -> None:
    topic = TopicFactory(slug="safety")
    lesson = make_published(stage, topics=[topic])
    assert str(lesson) in Client().get("/lessons/?topic=safety").content.decode()
    assert str(lesson) not in Client().get("/lessons/?topic=other").content.decode()
    assert Client().get("/lessons/?page=9999&topic=%00&form=x&captions=1&audience=" + "a" * 500).status_code == 200


@pytest.mark.wide
@pytest.mark.parametrize("address", ["/lessons/", "/lessons/mine/", "/authors/{author}/"])
def test_lists_have_a_constant_number_of_queries(
    stage: Stage, address: str, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(stage.author)
    address = address.format(author=stage.author.pk)
    make_published(stage)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    for _turn in range(2):
        make_published(stage)
    with CaptureQueriesContext(connection) as three:
        assert client.get(address).status_code == 200
    assert len(three) == len(one)


@pytest.mark.wide
def test_ten_thousand_lessons_are_browsed_page_by_page(stage: Stage) -> None:
    video = make_video(stage.author)
    MicroLesson.objects.bulk_create(
        MicroLesson(
            title=f"第{n}课",
            author=stage.author,
            organisation=stage.branch,
            video=video,
            live=True,
            visibility="public",
        )
        for n in range(10_000)
    )
    for address in ("/lessons/", "/lessons/?page=417", "/lessons/mine/"):
        assert signed_in(stage.author).get(address).status_code == 200
