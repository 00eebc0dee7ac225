"""Who uses the browser: role accounts that sign in once with the real forms, and the devices they hold."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

from cms.demo.accounts import ACCOUNTS, DemoAccount, current_code
from cms.organisations.enums import Role

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/137.0.0.0 Mobile Safari/537.36",
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
HERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
WAIT_MS = 15_000
# People of other branches, made by tests/e2e/furnish.py: what is the first branch's is none of their business.
NEIGHBOURS = (
    DemoAccount("secretary2", "mine-3", Role.BRANCH_SECRETARY, "mine-3"),
    DemoAccount("lecturer2", "school-1", Role.LECTURER, "school-1"),
)


# Wagtail's checks say to the console, as an error, what they list in their panel beside a preview; they begin anew with
# each change, also where a slow machine is still at the last ones.
CHECKS = ("axe.run results", "Axe is already running")


@dataclass
class Ears:
    """Hears what a person does not see: script errors, refused content, missing files."""

    heard: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def listen(self, context: BrowserContext) -> None:
        """Listen to everything that happens in the context."""
        context.on("console", self.console)
        context.on("weberror", self.error)
        context.on("response", self.response)
        context.on("requestfailed", self.failed)

    def note(self, text: str) -> None:
        """Keep a complaint unless this test expects it."""
        if not any(part in text for part in (*self.forgiven, *CHECKS)):
            self.heard.append(text)

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings of the console."""
        if message.type in {"error", "warning"}:
            self.note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def error(self, error: WebError) -> None:
        """Keep what no script caught."""
        self.note(f"script: {error.error}")

    def response(self, response: Response) -> None:
        """Keep answers that say something is wrong."""
        if response.status >= 400:
            self.note(f"{response.status} {response.request.method} {response.url}")

    def failed(self, request: Request) -> None:
        """Keep requests that came to nothing; leaving a page ends its requests, which is no fault."""
        if request.failure != "net::ERR_ABORTED":
            self.note(f"{request.failure} {request.method} {request.url}")


class People:
    """Opens pages as one of the role accounts; each signs in once and keeps the session."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self._sessions: dict[str, Any] = {}

    def context(
        self, role: str | None, device: dict[str, Any], *, language: str = "", elder: str = "", **options: Any
    ) -> BrowserContext:
        """Return a new browser profile of the person, on the device; no role is a visitor."""
        settings: dict[str, Any] = {**HERE, **device, "base_url": self.address, **options}
        if role is not None:
            settings["storage_state"] = self.session_of(role)
        context = self.browser.new_context(**settings)
        for name, value in (("django_language", language), ("elder", elder)):
            if value:
                context.add_cookies([{"name": name, "value": value, "url": self.address}])
        context.set_default_timeout(WAIT_MS)
        return context

    def session_of(self, role: str) -> Any:
        """Return the cookies of the person's session; the first time by signing in."""
        if role not in self._sessions:
            context = self.browser.new_context(**HERE, **DESKTOP, base_url=self.address)
            page = context.new_page()
            sign_in(page, account_of(role))
            self._sessions[role] = context.storage_state()
            context.close()
        return self._sessions[role]


def account_of(role: str) -> DemoAccount:
    """Return the role's account."""
    return next(account for account in (*ACCOUNTS, *NEIGHBOURS) if account.role == role)


def sign_in(page: Page, account: DemoAccount) -> None:
    """Sign in with the real forms, the second factor included where the role needs one."""
    page.goto("/accounts/login/")
    page.get_by_label("手机号、工号或用户名").fill(account.username)
    page.get_by_label("密码", exact=True).fill(account.password)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    if account.needs_second_factor:
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        page.locator("input[name=code]").fill(current_code(account))
        page.locator("input[name=code]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
