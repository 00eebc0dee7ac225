"""What an author chooses changes what is asked and shown: the free form has no three texts, right or wrong two boxes."""

import pytest
from django.test import Client

from cms.lessons.cards import story
from cms.lessons.search_documents import lesson_document
from tests.factories.lessons import Stage, draft_of, make_draft, make_published

pytestmark = pytest.mark.django_db
STORY = {"show": "第一个到井口", "do": "数灯亮几下", "realize": "一盏灯管一班人"}
QUESTION = {
    "q-TOTAL_FORMS": 1, "q-INITIAL_FORMS": 0, "k-TOTAL_FORMS": 1, "k-INITIAL_FORMS": 0,
    "q-0-kind": "true_false", "q-0-stem": "灯不亮也可以下井。",
}  # fmt: skip  # the formset's counters belong together


@pytest.mark.parametrize(("form", "shown"), [("show_do_realize", 3), ("free", 0), ("", 3)])
@pytest.mark.long
def test_the_three_texts_are_shown_and_found_unless_the_form_is_free(stage: Stage, form: str, shown: int) -> None:
    lesson = make_published(stage, **STORY, template=form)
    page = Client().get(f"/lessons/{lesson.pk}/").content.decode()
    document = lesson_document(str(lesson.pk))
    assert document is not None
    told = [[text in place for text in STORY.values()] for place in (page, document.body)]
    assert [sum(found) for found in told] == [shown] * 2
    assert story(lesson) == (list(zip(("亮", "做", "悟"), STORY.values(), strict=True)) if shown else [])


def test_what_was_typed_is_kept_while_the_form_is_free(stage: Stage) -> None:
    lesson = make_draft(stage, **STORY)
    client = Client()
    client.force_login(stage.author)
    client.post(f"/lessons/{lesson.pk}/edit/", STORY | {"title": "井口", "template": "free", "work_type": "lecture"})
    draft = draft_of(lesson)
    assert (draft.template, draft.show, draft.do, draft.realize) == ("free", *STORY.values())


@pytest.mark.parametrize(
    ("marked", "status", "answer"),
    [(["1"], 302, [0]), (["2"], 302, [1]), (["2", "5"], 302, [1]), ([], 400, None), (["1", "2"], 400, None)],
)
def test_right_or_wrong_is_answered_with_one_of_two_boxes(
    stage: Stage, marked: list[str], status: int, answer: list[int] | None
) -> None:
    lesson = make_draft(stage)
    client = Client()
    client.force_login(stage.author)
    # Options typed before the kind was changed are out of sight.
    posted = QUESTION | {"q-0-right": marked, "q-0-option_5": "别的"}
    sent = client.post(f"/lessons/{lesson.pk}/questions/", posted)
    stored = draft_of(lesson).questions.all()
    assert (sent.status_code, [(q.options, q.answer) for q in stored]) == (
        status,
        [] if answer is None else [(["对", "错"], answer)],
    )


def test_the_two_boxes_are_called_right_and_wrong(stage: Stage) -> None:
    lesson = make_draft(stage)
    client = Client()
    client.force_login(stage.author)
    page = client.get(f"/lessons/{lesson.pk}/questions/").content.decode()
    boxes = [
        f'<input type="checkbox" name="q-0-right" value="{n}" id="id_q-0-right_{n - 1}"><span class="for-options">{n}</span>'
        f'<span class="for-right-wrong">{word}</span>'
        for n, word in ((1, "对"), (2, "错"))
    ]
    assert [page.count(box) for box in boxes] == [1, 1]
    assert page.count('<span class="for-right-wrong">') == 3
