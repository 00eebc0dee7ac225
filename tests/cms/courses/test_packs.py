import hashlib
import io
import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry
from cms.assets.models import SiteImage
from cms.courses.exporters.packing import pack_of
from cms.courses.exporters.sources import PICTURE
from cms.courses.models import CourseItem
from cms.courses.permissions import get_pack_subject_for
from cms.courses.views import packs
from cms.lessons.models import LessonAttachment, LessonCaption, MicroLesson
from cms.lessons.services import take_down
from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility
from tests.factories.assets import PDF, DocumentFactory, ImageFactory, jpeg, sized_copy
from tests.factories.courses import make_course
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_reading_list, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.packs import FILM, SOUND, STILL, as_person, lesson_with_film, page_of, taken
from tests.factories.videos import folder_of
from tests.standing_rows import standing_scene

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ADDRESS = re.compile(r'(?:href|src|poster)="([^"]+)"')


stage = standing_scene(make_stage)


@pytest.fixture(autouse=True)
def _all_places_free() -> Iterator[None]:
    """See that every sending gave its place back."""
    yield
    taken = [packs.places.acquire(blocking=False) for _place in range(packs.PLACES)]
    for _place in filter(None, taken):
        packs.places.release()
    assert all(taken)


def made_picture(**values: Any) -> SiteImage:
    """Return a picture of which the sized copy is made already."""
    picture: SiteImage = ImageFactory(**values)
    sized_copy(picture, PICTURE)
    return picture


def everything(stage: Stage) -> Any:
    """Return a course with a lesson, a resource with a file and a picture, a list, a task and a question."""
    lesson = lesson_with_film(stage, title="雪后巡线")
    LessonCaption.objects.create(lesson=lesson, cues=[{"start": 1.0, "end": 2.5, "text": "先看<杆基>"}])
    handout = DocumentFactory(title="检查表", visibility=Visibility.PUBLIC)
    LessonAttachment.objects.create(lesson=lesson, document=handout)
    reviewer = make_editor(stage.committee, Role.REVIEWER)
    book = publish_page(
        make_resource(
            stage.editor,
            stage.committee,
            title="巡线手册",
            source="县供电所",
            file=DocumentFactory(title="手册", file=ContentFile(PDF, name="手册 CON..pdf")),
            body=[
                {"type": "paragraph", "value": '<p>先看<b>杆基</b>。<a href="https://example.org/">规程</a></p>'},
                {"type": "picture", "value": {"image": made_picture(alt_text="杆基").pk, "caption": "冬天"}},
            ],
        ),
        reviewer,
    )
    shelf = make_reading_list(stage.editor, stage.committee)
    shelf.entries.create(target=book, note="先读这本", sort_order=0)
    items = [
        CourseItem(unit="第一单元", lesson=lesson),
        CourseItem(page=book),
        CourseItem(unit="第二单元", title="写一条记录", text="写清杆号。", minutes=10),
    ]
    return make_course(stage, items=items, questions=True, lead="两周学完")


def test_a_course_becomes_pages_films_captions_and_files(stage: Stage) -> None:
    course = everything(stage)
    files = taken(stage.secretary, f"/courses/{course.pk}/pack/")
    assert list(files) == [
        "README.txt",
        "index.html",
        "files/01.pdf",
        "files/02.pdf",
        "leader.html",
        "lessons/01.html",
        "lessons/01.jpg",
        "lessons/01.mp4",
        "lessons/01.vtt",
        "pages/01.html",
        "pictures/01.jpg",
        "questions.html",
        "manifest.json",
    ]
    assert (files["lessons/01.mp4"], files["files/01.pdf"], files["lessons/01.jpg"]) == (FILM, PDF, STILL)
    assert files["lessons/01.vtt"].decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n先看&lt;杆基&gt;\n"
    index = page_of(files, "index.html")
    for words in (
        "巡线入门",
        "两周学完",
        "第一单元",
        "雪后巡线",
        "巡线手册",
        "写清杆号。",
        "自己制作",
        stage.committee.name,
    ):
        assert words in index
    lesson = page_of(files, "lessons/01.html")
    assert ('src="../lessons/01.mp4"' in lesson, "先看&lt;杆基&gt;" in lesson, "检查表" in lesson) == (
        True,
        True,
        True,
    )
    book = page_of(files, "pages/01.html")
    for words in ("县供电所", "<p>先看<b>杆基</b>。", 'href="https://example.org/"', 'alt="杆基"', "冬天", "手册"):
        assert words in book


def test_every_link_of_the_pages_leads_to_a_file_of_the_pack_and_none_needs_a_script(stage: Stage) -> None:
    files = taken(stage.secretary, f"/courses/{everything(stage).pk}/pack/")
    for name in [name for name in files if name.endswith(".html")]:
        text = page_of(files, name)
        assert ("<script" in text, "/static/" in text, '<html lang="zh-Hans">' in text) == (False, False, True)
        for address in ADDRESS.findall(text):
            if not address.startswith(("https://example.org/", "data:text/vtt")):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) in files


def test_only_the_leaders_sheet_holds_the_answers(stage: Stage) -> None:
    files = taken(stage.secretary, f"/courses/{everything(stage).pk}/pack/")
    sheet, leader = page_of(files, "questions.html"), page_of(files, "leader.html")
    assert ("先看什么？" in sheet, "A. 杆基" in sheet, "正确答案" in sheet) == (True, True, False)
    assert ("先看什么？" in leader, "正确答案：A" in leader) == (True, True)


def test_the_list_of_files_holds_their_lengths_and_digests(stage: Stage) -> None:
    files = taken(stage.secretary, f"/courses/{everything(stage).pk}/pack/")
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()
    ]
    told = {name: manifest[name] for name in ("format", "kind", "title", "films", "left_out")}
    assert told == {
        "format": "weike-pack-1", "kind": "course", "title": "巡线入门", "films": True, "left_out": 0
    }  # fmt: skip
    assert stage.secretary.name not in json.dumps(manifest, ensure_ascii=False)


def test_with_sound_only_the_film_stays_here(stage: Stage) -> None:
    course = make_course(stage, lesson_with_film(stage))
    files = taken(stage.secretary, f"/courses/{course.pk}/pack/", "sound")
    assert (files["lessons/01.m4a"], "lessons/01.mp4" in files) == (SOUND, False)
    assert '<audio controls preload="metadata" src="../lessons/01.m4a">' in page_of(files, "lessons/01.html")


def test_what_is_heard_only_goes_along_as_sound(stage: Stage) -> None:
    lesson = lesson_with_film(stage)
    assert lesson.video is not None
    (folder_of(lesson.video.uuid, lesson.video.generation) / "fallback.mp4").unlink()
    files = taken(stage.secretary, f"/courses/{make_course(stage, lesson).pk}/pack/")
    assert files["lessons/01.m4a"] == SOUND


def test_a_recording_that_is_not_made_yet_is_said_to_be_missing(stage: Stage) -> None:
    files = taken(stage.secretary, f"/courses/{make_course(stage, make_published(stage)).pk}/pack/")
    assert "这个包里没有这节课的录像" in page_of(files, "lessons/01.html")


def test_what_is_hidden_or_for_a_role_stays_here_and_only_its_number_is_told(stage: Stage) -> None:
    gone, secret = make_published(stage, title="撤下的课"), make_published(stage, title="内部课")
    course = make_course(stage, lesson_with_film(stage, title="公开课"), gone, secret)
    take_down(gone, actor=stage.editor, reason="错了")
    MicroLesson.objects.filter(pk=secret.pk).update(visibility=Visibility.ROLE, visible_role=Role.BRANCH_SECRETARY)
    files = taken(stage.secretary, f"/courses/{course.pk}/pack/")
    everything_in_it = b"".join(files.values()).decode(errors="replace")
    assert ("撤下的课" in everything_in_it, "内部课" in everything_in_it) == (False, False)
    assert ("公开课" in everything_in_it, json.loads(files["manifest.json"])["left_out"]) == (True, 2)
    assert "有 2 项内容不在包里" in page_of(files, "index.html")


def test_a_document_for_a_role_stays_here(stage: Stage) -> None:
    lesson = lesson_with_film(stage)
    kept = DocumentFactory(title="内部表", visibility=Visibility.ROLE, visible_role=Role.BRANCH_SECRETARY)
    LessonAttachment.objects.create(lesson=lesson, document=kept)
    files = taken(stage.secretary, f"/courses/{make_course(stage, lesson).pk}/pack/")
    assert [name for name in files if name.startswith("files/")] == []
    assert "内部表" not in b"".join(files.values()).decode(errors="replace")
    assert "有 1 项内容不在包里" in page_of(files, "index.html")


def test_what_may_only_be_linked_is_named_and_not_copied(stage: Stage) -> None:
    page = make_resource(
        stage.editor,
        stage.committee,
        title="别家的文章",
        kind="link",
        link="https://example.org/b",
        licence="link_only",
        body=[{"type": "paragraph", "value": "<p>原文</p>"}],
    )
    page = publish_page(page, make_editor(stage.committee, Role.REVIEWER))
    files = taken(stage.secretary, f"/courses/{make_course(stage, items=[CourseItem(page=page)]).pk}/pack/")
    index = page_of(files, "index.html")
    assert ("别家的文章" in index, "https://example.org/b" in index) == (True, True)
    assert [name for name in files if name.startswith("pages/")] == []
    assert "原文" not in b"".join(files.values()).decode(errors="replace")


def test_who_takes_what_is_for_one_organisation_is_written_down_and_the_pack_says_so(stage: Stage) -> None:
    course = make_course(stage, lesson_with_film(stage))
    taken(stage.secretary, f"/courses/{course.pk}/pack/")
    assert not AuditEntry.objects.filter(action="courses.take_pack").exists()
    MicroLesson.objects.update(visibility=Visibility.ORGANISATION, visible_organisation=stage.committee)
    files = taken(stage.secretary, f"/courses/{course.pk}/pack/")
    entry = AuditEntry.objects.get(action="courses.take_pack")
    assert (entry.actor_id, entry.target_id, entry.after) == (
        stage.secretary.pk,
        str(course.pk),
        {"restricted": 1, "films": True},
    )
    assert "请勿外传" in page_of(files, "index.html")


def test_only_those_who_keep_a_branch_or_edit_take_packs(stage: Stage) -> None:
    course = make_course(stage)
    address = f"/courses/{course.pk}/pack/"
    for person, status in ((stage.secretary, 200), (stage.editor, 200), (stage.author, 404), (stage.outsider, 404)):
        assert as_person(person).get(address).status_code == status
        assert as_person(person).post(address, {"with": "?"}).status_code == (400 if status == 200 else 404)
    assert as_person(None).get(address).status_code == 302
    assert as_person(stage.secretary).put(address).status_code == 405
    assert "/pack/" in as_person(stage.secretary).get(course.url).content.decode()
    assert "/pack/" not in as_person(stage.author).get(course.url).content.decode()


def test_a_course_for_another_organisation_or_for_a_role_has_no_pack(stage: Stage) -> None:
    course = make_course(stage)
    address, keeper = f"/courses/{course.pk}/pack/", as_person(stage.secretary)
    type(course).objects.update(visibility=Visibility.ORGANISATION, visible_organisation=OrganisationFactory())
    assert keeper.get(address).status_code == 404
    type(course).objects.update(visibility=Visibility.ROLE, visible_role=Role.BRANCH_SECRETARY)
    assert (keeper.get(course.url).status_code, keeper.get(address).status_code) == (200, 404)
    assert keeper.get(f"/guides/{course.pk}/pack/").status_code == 404


def test_the_sizes_are_told_before(stage: Stage) -> None:
    course = make_course(stage, lesson_with_film(stage))
    subject = get_pack_subject_for(stage.secretary, "course", course.pk)
    page = as_person(stage.secretary).get(f"/courses/{course.pk}/pack/").content.decode()
    for films in (True, False):
        assert f"{pack_of(subject, stage.secretary, films=films).size // 1024}" in page


def test_a_pack_that_no_stick_takes_is_offered_with_sound(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(stage, lesson_with_film(stage))
    small = pack_of(get_pack_subject_for(stage.secretary, "course", course.pk), stage.secretary, films=False).size
    monkeypatch.setattr("cms.courses.exporters.packing.MOST_BYTES", small + 100)
    keeper, address = as_person(stage.secretary), f"/courses/{course.pk}/pack/"
    page = keeper.get(address).content.decode()
    assert ('value="films"' in page, 'value="sound"' in page) == (False, True)
    assert keeper.post(address, {"with": "films"}).status_code == 409
    assert len(taken(stage.secretary, address, "sound")) > 0


def test_when_all_places_are_taken_one_is_asked_to_come_back(stage: Stage) -> None:
    course = make_course(stage)
    keeper, address = as_person(stage.secretary), f"/courses/{course.pk}/pack/"
    under_way: list[Any] = [keeper.post(address, {"with": "films"}) for _place in range(packs.PLACES)]
    refused = keeper.post(address, {"with": "films"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    for answer in under_way:
        b"".join(answer.streaming_content)
    assert len(taken(stage.secretary, address)) > 0


def test_a_sending_that_breaks_off_gives_its_place_back_once(stage: Stage) -> None:
    course = make_course(stage)
    made = pack_of(get_pack_subject_for(stage.secretary, "course", course.pk), stage.secretary, films=True)
    assert packs.places.acquire(blocking=False)
    sending = packs.Sending(made)
    assert next(iter(sending)).startswith(b"PK")
    sending.close()
    sending.close()
    assert next(iter(sending), None) is None


def test_packs_are_limited(stage: Stage) -> None:
    keeper, address = as_person(stage.secretary), f"/courses/{make_course(stage).pk}/pack/"
    assert {keeper.post(address, {"with": ""}).status_code for _try in range(12)} == {400}
    assert keeper.post(address, {"with": ""}).status_code == 429


def test_pictures_lose_what_the_camera_noted(stage: Stage) -> None:
    photograph = made_picture(file=ImageFile(io.BytesIO(jpeg(exif=True, size=(1600, 1200))), name="a.jpg"))
    body = [{"type": "picture", "value": {"image": photograph.pk, "caption": ""}}]
    page = publish_page(
        make_resource(stage.editor, stage.committee, body=body), make_editor(stage.committee, Role.REVIEWER)
    )
    files = taken(stage.secretary, f"/courses/{make_course(stage, items=[CourseItem(page=page)]).pk}/pack/")
    assert (b"Exif" in files["pictures/01.jpg"], b"SecretCamera" in b"".join(files.values())) == (False, False)


@pytest.mark.wide
def test_making_a_pack_asks_no_more_often_for_three_lessons_than_for_one(stage: Stage) -> None:
    counts = []
    for number in (1, 3):
        course = make_course(stage, *[lesson_with_film(stage) for _lesson in range(number)])
        subject = get_pack_subject_for(stage.secretary, "course", course.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            pack_of(subject, stage.secretary, films=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]
