from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.learning.queries import completions_of
from cms.lessons.models import MicroLesson
from tests.factories.learning import answer, learner, published_lesson, watch_all
from tests.factories.quizzes import SINGLE

pytestmark = pytest.mark.django_db


def show(user: Any, lesson: MicroLesson) -> str:
    request = RequestFactory().get("/lessons/1/")
    request.user = user
    with translation.override("en"):
        return Template('{% load slots %}{% slot "lessons.watch" lesson %}').render(
            Context({"request": request, "lesson": lesson})
        )


def test_the_page_says_what_is_missing_and_then_why_it_counts() -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video, until=240)
    before = show(user, lesson)
    assert "Watched so far: 40%." in before
    assert "still to be answered" in before
    watch_all(user, lesson.shown_video)
    answer(user, lesson, [1])
    after = show(user, lesson)
    for words in ("This lesson is in your record", "Watched 100% of 10.0 minutes.", "#entry-"):
        assert words in after


def test_a_visitor_sees_no_such_block() -> None:
    assert show(AnonymousUser(), published_lesson()).strip() == ""


def test_three_completions_ask_as_many_queries_as_one() -> None:
    user = learner()

    def complete_another() -> None:
        lesson = published_lesson()
        assert lesson.shown_video is not None
        watch_all(user, lesson.shown_video)

    def read() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert all(str(completion.lesson) and completion.entry for completion in completions_of(user))
        return len(counted)

    complete_another()
    one = read()
    complete_another()
    complete_another()
    assert read() == one == 1
