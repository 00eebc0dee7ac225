import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from cms.accounts.services import issue_api_token
from cms.core.middleware import NullCharacterMiddleware
from cms.core.views import safe_next
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_site_greets_in_chinese_whatever_the_browser_prefers(client: Client) -> None:
    response = client.get("/help/member/", headers={"accept-language": "en-US,en;q=0.9"})

    assert response.headers["Content-Language"] == "zh-hans"
    assert "党员帮助" in response.content.decode()


def test_a_chosen_language_is_kept(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/help/member/"})

    response = client.get("/help/member/")

    assert response.headers["Content-Language"] == "en"
    assert "Help for members" in response.content.decode()


def test_an_unknown_language_falls_back_to_the_default(client: Client) -> None:
    client.cookies["django_language"] = "../../etc/passwd"

    assert client.get("/help/member/").headers["Content-Language"] == "zh-hans"


def test_public_pages_allow_no_inline_script_and_no_foreign_host(client: Client) -> None:
    policy = client.get("/help/member/").headers["Content-Security-Policy"]

    assert "'unsafe-inline'" not in policy
    assert "default-src 'self'" in policy


def test_the_admin_has_a_policy_of_its_own(client: Client) -> None:
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline'" in policy


@pytest.mark.long
def test_the_elder_view_is_remembered_before_sign_in(client: Client) -> None:
    client.post("/preferences/elder/", {"elder": "1", "next": "/help/member/"})

    assert 'data-view="elder"' in client.get("/help/member/").content.decode()


def test_the_switch_never_leads_to_a_foreign_site(client: Client) -> None:
    response = client.post("/preferences/elder/", {"elder": "1", "next": "https://example.com/"})

    assert response.headers["Location"] == "/"
    assert client.get("/preferences/elder/").status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/lessons/?topic=%00", "/lessons/?topic=a%%0000b", "/search/?q=%00", "/help/mem%00ber/", "/nowhere%00/"],
)
def test_a_null_character_in_an_address_is_no_server_error(client: Client, address: str) -> None:
    assert client.get(address).status_code in {200, 404}


def test_no_null_character_is_left_in_what_a_page_reads() -> None:
    seen: list[str | None] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request.GET.get("q"))
        return HttpResponse()

    NullCharacterMiddleware(page)(RequestFactory().get("/?q=a%%%000000b"))

    assert seen == ["ab"]


@pytest.mark.parametrize("target", ["foo", "help/member/", "javascript:alert(1)", "//evil.example", "\\evil"])
def test_only_an_address_below_the_root_is_followed(target: str) -> None:
    assert safe_next(RequestFactory().post("/", {"next": target}), "/lessons/") == "/lessons/"


def test_a_number_longer_than_a_key_is_the_address_of_nothing(client: Client) -> None:
    assert client.get(f"/lessons/{2**63}/").status_code == 404
    refused = client.get(f"/api/v1/videos/{2**63}")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/search/?q=老井", "/api/v1/search?q=老井", "/api/v1/uploads/", "/nothing/", "/design/"]
)
def test_nobody_keeps_what_was_shown_to_somebody_signed_in(client: Client, path: str) -> None:
    client.force_login(UserFactory())
    assert client.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_what_a_program_is_told_with_a_token_is_not_kept(client: Client) -> None:
    token, _end = issue_api_token(UserFactory(), days=1)
    answer = client.get("/api/v1/search?q=老井", headers={"Authorization": f"Bearer {token}"})
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_public_pages_for_strangers_may_be_kept(client: Client) -> None:
    assert "Cache-Control" not in client.get("/").headers


@pytest.mark.parametrize(
    ("elder", "language", "you"), [("0", "zh-hans", "你"), ("1", "zh-hans", "您"), ("1", "en", "")]
)
def test_elder_view_addresses_people_politely(client: Client, elder: str, language: str, you: str) -> None:
    client.cookies["elder"] = elder
    client.cookies["django_language"] = language

    answer = client.get("/accounts/code/")

    page = answer.content.decode()
    assert {word for word in "你您" if word in page} == set(you)
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language.replace("hans", "Hans")}"' in page


def test_what_other_packages_say_stays_chinese_in_elder_view(client: Client) -> None:
    client.cookies["elder"] = "1"
    page = client.post("/accounts/login/", {"login": "x", "password": "y"}).content.decode()
    assert "您" in page
    assert "The " not in page


def test_programs_read_the_shape_of_every_error_also_where_no_view_of_the_api_is_reached(client: Client) -> None:
    client.force_login(UserFactory())
    nowhere = client.get("/api/v1/nowhere/")
    large = client.post("/api/v1/bookings", b" " * 6_000_000, "application/json")
    assert [(answer.status_code, answer.json()["code"], set(answer.json())) for answer in (nowhere, large)] == [
        (404, "not_found", {"code", "message", "fields"}),
        (400, "invalid", {"code", "message", "fields"}),
    ]
