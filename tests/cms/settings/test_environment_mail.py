import pytest

from cms.settings.environment import email_from_url


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("", ("localhost", 25, "", "", False, False)),
        ("smtp://u%40x:p%3A@mail.example", ("mail.example", 587, "u@x", "p:", False, True)),
        ("smtps://u:p@mail.example:4650", ("mail.example", 4650, "u", "p", True, False)),
        ("smtp+plain://mail.example", ("mail.example", 25, "", "", False, False)),
    ],
)
def test_a_mail_server_is_named_by_its_address(url: str, parts: tuple[object, ...]) -> None:
    assert tuple(email_from_url(url).values()) == parts


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_what_names_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="WEIKE_EMAIL_URL"):
        email_from_url(url)
