import json

import pytest
from django.test import Client
from django.utils.translation import override

from cms.core.field_sentences import field_sentence
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
        ("less_than", {"lt": 16}, "要小于 16。"),
        ("too_long", {"max_length": 200, "field_type": "List"}, "最多 200 项。"),
        ("string_too_long", {"max_length": 9}, "最多 9 个字。"),
        ("uuid_parsing", {"error": "x"}, "请填 UUID。"),
        ("some_new_kind", {}, "这个值用不了。"),
        ("less_than_equal", {}, "这个值用不了。"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_the_users_language(
    kind: str, facts: dict[str, int], words: str
) -> None:
    with override("zh-hans"):
        assert field_sentence(kind, facts) == words


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
