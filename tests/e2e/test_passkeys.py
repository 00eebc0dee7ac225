"""A passkey made on one's own device, and a sign-in with it and nothing else."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look
from tests.e2e.people import account_of, sign_in

pytestmark = pytest.mark.timeout(600)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_device(page: Page) -> None:
    """Let the page's browser have a device that keeps passkeys and always says yes."""
    control = page.context.new_cdp_session(page)
    control.send("WebAuthn.enable")
    control.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_registered_and_signs_its_owner_in(open_page: OpenPage) -> None:
    page = open_page("")
    give_device(page)
    sign_in(page, account_of("lecturer"))
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("密码", exact=True).fill(account_of("lecturer").password)
    page.get_by_role("main").get_by_role("button", name="确认").click()
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    look(page)
    page.locator("input[name=name]").fill("我的手机")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    look(page)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("main")).to_contain_text("我的手机")
    look(page)

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/me/")
    expect(page.get_by_role("main")).to_contain_text("周平安")
