from cms.core.logs import mask, mask_event


def test_phone_numbers_and_signatures_never_reach_a_log_line() -> None:
    assert mask("call 19900001234 now") == "call 1********** now"
    assert mask("/media?signature=abc123&x=1") == "/media?signature=…&x=1"


def test_longer_numbers_are_no_phone_numbers() -> None:
    assert mask("upload 199000012345678") == "upload 199000012345678"


def test_fields_with_secret_names_are_hidden_whatever_they_hold() -> None:
    assert mask_event(None, "info", {"password": "hunter2", "path": "/x", "code": 123456}) == {
        "password": "…",
        "path": "/x",
        "code": "…",
    }
