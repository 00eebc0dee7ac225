"""Forms that are larger than their address takes are refused before a byte of them is read."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.accounts import UserFactory

MB = 1024 * 1024
MULTIPART = "multipart/form-data; boundary=X"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


class Untouched(io.BytesIO):
    """A body that says when it is read."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        return super().read(size)


def send(client: Client, path: str, size: object, *, kind: str = MULTIPART) -> tuple[int, bool]:
    """Return the status and whether anything of the body was read."""
    body = Untouched()
    told: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
    return client.generic("POST", path, **told).status_code, body.was_read


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("path", ["/", "/i18n/setlang/", "/upload/file/", "/admin/documents/add/", "/nothing/"])
@pytest.mark.parametrize("kind", [MULTIPART, FORM])
@pytest.mark.parametrize("size", [8 * MB + 1, "", "x"])
def test_a_strangers_large_form_is_not_read(strict: Client, path: str, kind: str, size: object) -> None:
    assert send(strict, path, size, kind=kind) == (413, False)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/me/", 8 * MB + 1, 413),
        ("/upload/file/", 8 * MB + 1, 403),
        ("/upload/file/", settings.UPLOAD_MAX_BYTES + 17 * MB, 413),
        ("/lessons/7/file/", 70 * MB, 403),
        ("/lessons/7/attachments/", 64 * MB, 403),
        ("/lessons/7/attachments/", 64 * MB + 1, 413),
        ("/admin/documents/add/", 64 * MB, 403),
    ],
)
def test_files_are_taken_from_people_who_signed_in_at_the_addresses_for_them(
    strict: Client, path: str, size: int, status: int
) -> None:
    strict.force_login(UserFactory())
    # 403: it went on to the form protection, which misses its token.
    assert send(strict, path, size)[0] == status


def test_a_usual_form_goes_on_as_ever(strict: Client) -> None:
    assert send(strict, "/i18n/setlang/", 8 * MB)[0] == 403
    assert strict.post("/i18n/setlang/").status_code == 403


def test_the_refusal_is_in_words(client: Client) -> None:
    told: dict[str, Any] = {"CONTENT_LENGTH": str(9 * MB), "CONTENT_TYPE": MULTIPART}
    page = client.generic("POST", "/accounts/login/", **told)
    assert "这里收不下这么大的文件" in page.content.decode()
    answer = client.generic("POST", "/api/v1/watch/x/beats", **told)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_refusal_knows_who_is_signed_in(client: Client) -> None:
    told: dict[str, Any] = {"CONTENT_LENGTH": str(9 * MB), "CONTENT_TYPE": MULTIPART, "wsgi.input": Untouched()}
    asks_to_sign_in = 'href="/accounts/login/'
    assert asks_to_sign_in in client.generic("POST", "/accounts/login/", **told).content.decode()
    client.force_login(UserFactory())
    assert asks_to_sign_in not in client.generic("POST", "/accounts/login/", **told).content.decode()


def test_the_site_alone_takes_as_much_as_behind_nginx() -> None:
    nginx = (settings.BASE_DIR / "docker/nginx.conf").read_text()
    for path, _limit in settings.FORMS_WITH_FILES:
        assert f"location ~ ^{path} {{" in nginx
    assert f"client_max_body_size {settings.FORM_BYTES // MB}m;" in nginx
