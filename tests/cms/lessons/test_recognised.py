"""Captions that a machine recognised wait in the draft until a person has read them."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.core.errors import InvalidInput
from cms.core.events import publish
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.services import set_captions, submit_lesson
from cms.lessons.services.parts import CueInput
from cms.videos.captions import Cue
from cms.videos.events import CaptionsRecognised
from tests.factories.accounts import signed_in
from tests.factories.lessons import Stage, make_draft, make_published, make_submitted

pytestmark = pytest.mark.django_db
HEARD = (Cue(0.5, 1.25, "先看杆鸡"), Cue(1.25, 2.0, "再抬头"))
STORED = [{"start": 0.5, "end": 1.25, "text": "先看杆鸡"}, {"start": 1.25, "end": 2.0, "text": "再抬头"}]
LINES = "00:00.5-00:01.25 先看杆基\n00:01.25-00:02.0 再抬头"
UNREAD = "字幕是机器识别的"


def recognise(lesson: MicroLesson, language: str = "zh-Hans") -> None:
    """Tell that a machine has heard what is said in the lesson's video."""
    publish(CaptionsRecognised(video_id=lesson.video_id or 0, language=language, cues=HEARD))


def captions_of(lesson: MicroLesson) -> list[LessonCaption]:
    """Return the captions of the newest draft."""
    return list(MicroLesson.objects.get(pk=lesson.pk).get_latest_revision_as_object().captions.all())


def address_of(lesson: MicroLesson) -> str:
    """Return where its captions are corrected."""
    return reverse("lessons:captions", args=[lesson.pk])


def test_a_draft_without_captions_gets_what_was_recognised_marked_and_unread(stage: Stage) -> None:
    lesson = make_draft(stage)
    recognise(lesson)
    (caption,) = captions_of(lesson)
    assert (caption.cues, caption.origin, caption.checked) == (STORED, "recognised", False)
    assert LessonCaption.objects.get(lesson=lesson).cues == STORED


def test_it_cannot_be_handed_in_before_somebody_has_read_them(stage: Stage) -> None:
    lesson, client = make_draft(stage), signed_in(stage.author)
    recognise(lesson)
    with pytest.raises(InvalidInput) as refused:
        submit_lesson(lesson, actor=stage.author)
    assert list(refused.value.fields) == ["captions"]
    page = client.get(reverse("lessons:submit", args=[lesson.pk])).content.decode()
    assert (UNREAD in page, f'href="{address_of(lesson)}"' in page) == (True, True)
    assert "还没有人核对过" in client.get(address_of(lesson)).content.decode()

    typed = {"language": "zh-Hans", "origin": "recognised", "lines": LINES}
    client.post(address_of(lesson), typed)
    assert UNREAD in client.get(reverse("lessons:submit", args=[lesson.pk])).content.decode()
    client.post(address_of(lesson), typed | {"checked": "on"})
    (caption,) = captions_of(lesson)
    assert (caption.cues[0]["text"], caption.origin, caption.checked) == ("先看杆基", "recognised", True)
    submit_lesson(lesson, actor=stage.author)


def test_the_pages_say_so_where_they_are_shown_until_somebody_has_read_them(stage: Stage) -> None:
    lesson = make_published(stage)
    row = LessonCaption.objects.create(lesson=lesson, cues=STORED, origin="recognised")
    address = reverse("lessons:watch", args=[lesson.pk])
    page = Client().get(address)
    assert "这些字幕由机器识别，还没有人核对。" in page.content.decode()
    assert page.context["player"]["captions"][0]["label"] == "简体中文（机器识别）"
    LessonCaption.objects.filter(pk=row.pk).update(checked=True)
    page = Client().get(address)
    assert "这些字幕由机器识别" not in page.content.decode()
    assert page.context["player"]["captions"][0]["label"] == "简体中文"


def test_what_somebody_wrote_handed_in_or_was_shown_stays_as_it_is(stage: Stage) -> None:
    written, handed_in, shown = make_draft(stage), make_submitted(stage), make_published(stage)
    set_captions(written, [CueInput(0.0, 2.0, "先看杆基")], actor=stage.author)
    for lesson in (written, handed_in, shown):
        recognise(lesson)
    kept = [[caption.cues[0]["text"] for caption in captions_of(lesson)] for lesson in (written, handed_in, shown)]
    assert kept == [["先看杆基"], [], []]


def test_another_language_stands_beside_and_an_unknown_one_is_let_go(stage: Stage) -> None:
    lesson = make_draft(stage)
    set_captions(lesson, [CueInput(0.0, 2.0, "先看杆基")], actor=stage.author)
    recognise(lesson, "fr")
    recognise(lesson, "en")
    kept = sorted((caption.language, caption.origin) for caption in captions_of(lesson))
    assert kept == [("en", "recognised"), ("zh-Hans", "written")]


@pytest.mark.parametrize(("lines", "status"), [("", 302), (LINES, 409)])
def test_a_page_that_was_open_meanwhile_replaces_nothing_that_it_did_not_show(
    stage: Stage, lines: str, status: int
) -> None:
    lesson, client = make_draft(stage), signed_in(stage.author)
    seen = client.get(address_of(lesson)).context["seen"]
    recognise(lesson)
    typed = {"language": "zh-Hans", "origin": "", "lines": lines, "seen": seen}
    assert client.post(address_of(lesson), typed).status_code == status
    assert captions_of(lesson)[0].cues == STORED


def test_own_words_in_their_place_are_not_a_machines(stage: Stage) -> None:
    lesson, client = make_draft(stage), signed_in(stage.author)
    recognise(lesson)
    client.post(address_of(lesson), {"language": "zh-Hans", "origin": "", "lines": LINES})
    assert captions_of(lesson)[0].origin == "written"
