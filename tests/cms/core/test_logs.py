import ast

from cms.core.logs import SECRET_KEYS, mask, mask_event
from tests.architecture.tree import files, shown


def test_phone_numbers_and_signatures_never_reach_a_log_line() -> None:
    assert mask("call 19900001234 now") == "call 1********** now"
    assert mask("/media?signature=abc123&x=1") == "/media?signature=…&x=1"


def test_phone_numbers_are_known_as_people_write_them() -> None:
    mobiles = (
        "13800001111",
        "+8613800001111",
        "+86 138 0000 1111",
        "86-138-0000-1111",
        "138-0000-1111",
        "138.0000.1111",
    )
    desks = ("0691-2123456", "06912123456", "0691 2123456", "(0691)2123456", "（0691）2123456", "021－62345678")
    for number in (*mobiles, "008613800001111", *desks):
        assert mask(f"打{number}。") == "打1**********。"


def test_days_years_prices_and_addresses_are_no_phone_numbers() -> None:
    for other in (
        *("2026-11-28 14:30", "2026-0001", "13.8 米", "第 12 场", "110 2025 2026", "2026.11.28", "1000-2000-3000"),
        *("/bookings/9f3ab138-4567-4890-a1bc-0123456789ab/", "/u/0691a123-4567-4890-8138-000011112222/"),
    ):
        assert mask(other) == other


def test_longer_numbers_are_no_phone_numbers() -> None:
    assert mask("upload 199000012345678") == "upload 199000012345678"


def test_fields_with_secret_names_are_hidden_whatever_they_hold() -> None:
    assert mask_event(None, "info", {"password": "hunter2", "path": "/x", "code": 123456}) == {
        "password": "…",
        "path": "/x",
        "code": "…",
    }


def masked_words(source: str) -> list[str]:
    """Return the keys of the log calls of a module that no operator would ever read."""
    if "log." not in source:
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    logged = [call for call in calls if ast.unparse(call.func).startswith("log.")]
    return [word.arg for call in logged for word in call.keywords if word.arg in SECRET_KEYS]


def test_nothing_an_operator_needs_is_logged_under_a_name_that_is_hidden() -> None:
    assert masked_words('log.warning("jobs.attempt_failed", job=1, code="timeout")') == ["code"]
    paths = files("cms", "search", "media_pipeline", suffix=".py")

    assert {shown(path): words for path in paths if (words := masked_words(path.read_text()))} == {}
