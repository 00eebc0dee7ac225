import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.accounts.models import User
from cms.quizzes.models import Answer, Attempt, Quiz
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import MULTIPLE, SINGLE, TRUE_FALSE, make_quiz

pytestmark = pytest.mark.django_db


def show(user: User | AnonymousUser, address: str = "/lessons/1/") -> str:
    request = RequestFactory().get(address)
    request.user = user
    context = Context({"request": request, "csrf_token": "x"})
    return Template('{% load quizzes_tags %}{% quiz_for "lesson" 1 %}').render(context)


def form_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'name="(token|next)" value="([^"]+)"', text))


def send(client: Client, user: User, quiz: Quiz, choices: dict[str, object]) -> None:
    client.force_login(user)
    response = client.post(f"/quizzes/{quiz.pk}/answer/", {**form_of(show(user)), **choices})
    assert (response.status_code, response["Location"]) == (302, "/lessons/1/#question")


def fields(quiz: Quiz) -> list[str]:
    return [f"q{line.version_id}" for line in quiz.lines.all()]


def test_the_plain_form_grades_and_the_page_then_shows_verdict_explanation_and_source(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz()
    before = show(user)
    assert ("is-right" in before, SINGLE.explanation in before) == (False, False)
    send(client, user, quiz, {fields(quiz)[0]: "0"})
    with translation.override("en"):
        after = show(user)
    assert after.count("is-right") == after.count("is-wrong") == 1
    for words in (SINGLE.explanation, SINGLE.source, "You chose this one", "This one is right", "?retry=1#question"):
        assert words in after
    assert "form" not in after


def test_one_tries_again_by_a_link_and_passes(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz()
    send(client, user, quiz, {fields(quiz)[0]: "0"})
    retry = show(user, "/lessons/1/?retry=1")
    assert 'method="post"' in retry
    client.post(f"/quizzes/{quiz.pk}/answer/", {**form_of(retry), fields(quiz)[0]: "1"})
    assert list(Attempt.objects.order_by("number").values_list("passed", flat=True)) == [False, True]


def test_looking_begins_nothing_and_the_order_shown_is_the_order_pinned(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz(MULTIPLE)
    shown = [int(value) for value in re.findall(r'type="checkbox" name="q\d+" value="(\d)"', show(user))]
    assert Attempt.objects.count() == 0
    send(client, user, quiz, {fields(quiz)[0]: ["0", "2"]})
    assert Answer.objects.get().order == shown


def test_a_double_click_grades_once(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz()
    client.force_login(user)
    form = {**form_of(show(user)), fields(quiz)[0]: "1"}
    assert [client.post(f"/quizzes/{quiz.pk}/answer/", form).status_code for _ in range(2)] == [302, 302]
    assert Attempt.objects.count() == 1


def test_two_tabs_are_two_tries(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz()
    client.force_login(user)
    tabs = [form_of(show(user)) for _ in range(2)]
    for form, choice in zip(tabs, "01", strict=True):
        client.post(f"/quizzes/{quiz.pk}/answer/", {**form, fields(quiz)[0]: choice})
    assert list(Attempt.objects.order_by("number").values_list("number", "passed")) == [(1, False), (2, True)]


def test_an_unfinished_paper_keeps_what_was_chosen(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz(SINGLE, TRUE_FALSE)
    send(client, user, quiz, {fields(quiz)[1]: "1"})
    assert Attempt.objects.get().status == "open"
    assert re.search(rf'name="{fields(quiz)[1]}" value="1" checked', show(user))
    send(client, user, quiz, {fields(quiz)[0]: "1"})
    assert Attempt.objects.get().passed is True


@pytest.mark.parametrize("choice", ["9", "-1", "abc", "1" * 5000, "１"])
def test_a_tampered_choice_hands_nothing_in(client: Client, choice: str) -> None:
    user, quiz = UserFactory(), make_quiz()
    send(client, user, quiz, {fields(quiz)[0]: choice})
    assert not Attempt.objects.filter(status="submitted").exists()


def test_a_missing_token_is_said_and_changes_nothing(client: Client) -> None:
    quiz = make_quiz()
    client.force_login(UserFactory())
    client.post(f"/quizzes/{quiz.pk}/answer/", {fields(quiz)[0]: "1"})
    assert Attempt.objects.count() == 0


def test_a_question_that_changed_meanwhile_is_not_graded_as_the_old_one(client: Client) -> None:
    user, quiz = UserFactory(), make_quiz()
    client.force_login(user)
    form = {**form_of(show(user)), fields(quiz)[0]: "1"}
    freeze_quiz("lesson", 1, [TRUE_FALSE])
    client.post(f"/quizzes/{quiz.pk}/answer/", form)
    assert Attempt.objects.get().status == "open"


def test_somebody_who_may_not_see_the_lesson_cannot_answer(client: Client) -> None:
    quiz = make_quiz(visibility=Visibility.PRIVATE)
    client.force_login(UserFactory())
    form = {"token": str(uuid.uuid4()), fields(quiz)[0]: "1"}
    assert client.post(f"/quizzes/{quiz.pk}/answer/", form).status_code == 404
    assert client.get(f"/quizzes/{quiz.pk}/answer/").status_code == 405


def test_a_visitor_reads_the_question_and_is_led_to_the_sign_in() -> None:
    make_quiz()
    text = show(AnonymousUser())
    assert SINGLE.stem in text
    assert 'href="/accounts/login/?next=/lessons/1/"' in text
    assert "<form" not in text


def test_a_lesson_without_questions_shows_nothing() -> None:
    assert show(UserFactory()).strip() == ""


def test_three_questions_ask_as_many_queries_as_one() -> None:
    user = UserFactory()
    make_quiz(SINGLE)
    with CaptureQueriesContext(connection) as one:
        show(user)
    freeze_quiz("lesson", 1, [SINGLE, MULTIPLE, TRUE_FALSE])
    with CaptureQueriesContext(connection) as three:
        show(user)
    assert len(three) == len(one)
