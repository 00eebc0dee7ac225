import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from ninja import Schema
from pydantic import ValidationError

from cms.core.field_sentences import SENTENCES, field_sentence
from cms.quizzes.api import AnswerIn, SubmitIn
from cms.watching.api import BeatIn
from cms.watching.services import start_session
from tests.factories.accounts import UserFactory
from tests.factories.watching import WatchableVideoFactory


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("missing", {}, "缺少这一项。"),
        ("int_parsing", {}, "请填整数。"),
        ("float_type", {}, "请填数字。"),
        ("less_than_equal", {"le": 16}, "不大于 16。"),
        ("greater_than", {"gt": 0.0}, "要大于 0。"),
        ("less_than", {"lt": 16}, "要小于 16。"),
        ("too_long", {"max_length": 200, "field_type": "List"}, "最多 200 项。"),
        ("string_too_long", {"max_length": 9}, "最多 9 个字。"),
        ("string_type", {}, "请填文字。"),
        ("string_pattern_mismatch", {"pattern": "^a$"}, "格式不符合要求。"),
        ("uuid_parsing", {"error": "x"}, "请填 UUID。"),
        ("some_new_kind", {}, "这个值无效，可填什么见接口说明。"),
        ("less_than_equal", {}, "这个值无效，可填什么见接口说明。"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_the_users_language(
    kind: str, facts: dict[str, int], words: str
) -> None:
    with override("zh-hans"):
        assert field_sentence(kind, facts) == words


ODD: list[Any] = [
    None,
    "x",
    1.5,
    True,
    [],
    {},
    -1,
    10**12,
    "1" * 500,
    "\ud800",
    [1] * 201,
    [["a", 1]],
    [[1, 2, 3]],
    [[0, float("inf")]],
]


@pytest.mark.parametrize("schema", [BeatIn, AnswerIn, SubmitIn])
def test_nothing_odd_that_a_script_may_send_is_answered_without_saying_what_is_asked_for(schema: type[Schema]) -> None:
    found: set[str] = set()
    for body in ({name: odd} for name in schema.model_fields for odd in ODD):
        with suppress(ValidationError), raised_by(found):
            schema.model_validate(body)
    assert len(found) > 2
    assert {kind for kind in found if not any(kind.startswith(name) for name in SENTENCES)} == set()


@contextmanager
def raised_by(kinds: set[str]) -> Iterator[None]:
    """Add the kinds of errors to `kinds`, and let the error pass on."""
    try:
        yield
    except ValidationError as error:
        kinds.update(each["type"] for each in error.errors())
        raise


@pytest.mark.django_db
def test_the_wrong_item_of_a_list_is_told_at_the_list_and_once(client: Client) -> None:
    person = UserFactory()
    session = start_session(person, WatchableVideoFactory())
    client.force_login(person)
    body = {"seq": 1, "segments": [[1, 2], ["a", 1], [1, "b"]], "visible": True}
    answer = client.post(f"/api/v1/watch/{session.pk}/beats", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["fields"]) == (400, {"segments": ["请填数字。"]})


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", ["请填整数。"]), ("en", ["Please give a whole number."])])
def test_the_api_says_it_at_the_field(client: Client, language: str, words: list[str]) -> None:
    person = UserFactory()
    session = start_session(person, WatchableVideoFactory())
    client.force_login(person)
    body = {"seq": "one", "segments": [], "rate": 1, "visible": True}
    client.cookies["django_language"] = language
    answer = client.post(f"/api/v1/watch/{session.pk}/beats", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["fields"]) == (400, {"seq": words})
