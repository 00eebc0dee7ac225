import pytest
from django.test import Client

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


def test_the_elder_view_is_remembered_before_sign_in(client: Client) -> None:
    client.post("/preferences/elder/", {"elder": "1", "next": "/help/member/"})

    assert 'data-view="elder"' in client.get("/help/member/").content.decode()


def test_the_switch_never_leads_to_a_foreign_site(client: Client) -> None:
    response = client.post("/preferences/elder/", {"elder": "1", "next": "https://example.com/"})

    assert response.headers["Location"] == "/"
    assert client.get("/preferences/elder/").status_code == 405


@pytest.mark.parametrize("address", ["/lessons/?topic=%00", "/search/?q=%00", "/help/mem%00ber/", "/nowhere%00/"])
def test_a_null_character_in_an_address_is_no_server_error(client: Client, address: str) -> None:
    assert client.get(address).status_code in {200, 404}
