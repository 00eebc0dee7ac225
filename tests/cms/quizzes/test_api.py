import json
import uuid
from typing import Any

import pytest
from django.test import Client

from cms.quizzes.models import Attempt, Quiz
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import MULTIPLE, SINGLE, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def begin(client: Client, quiz: Quiz) -> dict[str, Any]:
    response = client.post(f"/api/v1/quizzes/{quiz.pk}/attempts")
    assert response.status_code == 200
    paper: dict[str, Any] = response.json()
    return paper


def put(client: Client, attempt: int, question: int, body: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.put(f"/api/v1/attempts/{attempt}/answers/{question}", text, content_type="application/json")


def submit(client: Client, attempt: int, token: str) -> Any:
    return client.post(f"/api/v1/attempts/{attempt}/submit", {"uuid": token}, content_type="application/json")


def test_the_paper_holds_no_answers_explanations_or_sources(member: Client) -> None:
    paper = begin(member, make_quiz(SINGLE, MULTIPLE))
    assert [sorted(question) for question in paper["questions"]] == [
        ["answer", "id", "kind", "options", "rule", "seq", "stem"]
    ] * 2
    assert SINGLE.explanation not in json.dumps(paper, ensure_ascii=False)
    assert sorted(option["value"] for option in paper["questions"][0]["options"]) == [0, 1, 2]
    assert begin(member, Quiz.objects.get()) == paper


def test_answers_are_saved_and_handed_in_and_the_result_explains(member: Client) -> None:
    paper = begin(member, make_quiz())
    question = paper["questions"][0]["id"]
    saved = put(member, paper["attempt"], question, {"seq": 1, "answer": [1]})
    assert saved.json() == {"question": question, "seq": 1, "answer": [1]}
    token = str(uuid.uuid4())
    result = submit(member, paper["attempt"], token).json()
    assert (result["passed"], result["score"], result["max_score"]) == (True, 1.0, 1)
    shown = result["questions"][0]
    assert (shown["right"], shown["explanation"], shown["source"]) == ([1], SINGLE.explanation, SINGLE.source)
    assert submit(member, paper["attempt"], token).json() == result
    again = submit(member, paper["attempt"], str(uuid.uuid4()))
    assert (again.status_code, again.json()["code"]) == (409, "stale")


@pytest.mark.parametrize(
    "body",
    [
        {"seq": 0, "answer": [1]},
        {"seq": -1, "answer": [1]},
        {"seq": 10**12, "answer": [1]},
        {"seq": 1, "answer": [True]},
        {"seq": 1, "answer": ["1"]},
        {"seq": 1, "answer": [1.5]},
        {"seq": 1, "answer": [99]},
        {"seq": 1, "answer": [10**400]},
        {"seq": 1, "answer": list(range(9))},
        {"seq": 1, "answer": {"0": 1}},
        {"seq": 1},
        [],
        "not json",
        '{"seq": NaN, "answer": [1]}',
        '{"seq": 1, "answer": [' + "1," * 200_000 + "1]}",
    ],
)
def test_a_tampered_answer_gets_400_and_is_not_stored(member: Client, body: Any) -> None:
    paper = begin(member, make_quiz())
    assert put(member, paper["attempt"], paper["questions"][0]["id"], body).status_code == 400
    assert Attempt.objects.get().answers.get().value is None


def test_a_token_that_is_none_gets_400(member: Client) -> None:
    paper = begin(member, make_quiz())
    assert submit(member, paper["attempt"], "abc").status_code == 400
    assert Attempt.objects.get().status == "open"


def test_nobody_reaches_the_attempt_of_another_person(member: Client) -> None:
    paper = begin(member, make_quiz())
    member.force_login(UserFactory())
    codes = [
        put(member, paper["attempt"], paper["questions"][0]["id"], {"seq": 1, "answer": [1]}).status_code,
        submit(member, paper["attempt"], str(uuid.uuid4())).status_code,
        member.post(f"/api/v1/quizzes/{10**15}/attempts").status_code,
    ]
    assert codes == [404, 404, 404]


def test_a_quiz_that_is_not_shown_opens_for_nobody_and_closes_on_take_down(member: Client) -> None:
    quiz = make_quiz()
    paper = begin(member, quiz)
    Quiz.objects.update(visibility=Visibility.PRIVATE)
    assert member.post(f"/api/v1/quizzes/{quiz.pk}/attempts").status_code == 404
    assert submit(member, paper["attempt"], str(uuid.uuid4())).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.post(f"/api/v1/quizzes/{make_quiz().pk}/attempts").status_code == 401


def test_a_session_without_form_protection_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    response = client.post(f"/api/v1/quizzes/{make_quiz().pk}/attempts")
    assert (response.status_code, Attempt.objects.count()) == (403, 0)
