"""Every page in every way it can be shown: both views, both schemes, both languages, phone and desktop."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import findings, too_wide

pytestmark = pytest.mark.timeout(600)

# Who sees which pages. The addresses of lessons are those of tests/e2e/furnish.py, in its order.
PAGES: dict[str | None, tuple[str, ...]] = {
    None: (
        "/",
        "/accounts/login/",
        "/accounts/code/",
        "/accounts/password/reset/",
        "/lessons/",
        "/lessons/?topic=safety",
        "/lessons/1/",
        "/lessons/1/screen/",
        "/search/?q=巡线",
        "/search/?q=无此一课",
        "/help/",
        "/about/privacy/",
        "/about/accessibility/",
        "/design/",
    ),
    "member": (
        "/",
        "/me/",
        "/me/record/",
        "/me/data/",
        "/me/settings/",
        "/accounts/2fa/",
        "/notices/",
        "/notices/preferences/",
        "/feedback/",
        "/lessons/mine/",
        "/upload/",
        "/lessons/1/",
        "/lessons/5/edit/",
        "/lessons/5/captions/",
        "/lessons/5/questions/",
        "/lessons/5/attachments/",
        "/lessons/5/consent/",
        "/lessons/5/submit/",
    ),
    "secretary": (
        "/workbench/",
        "/workbench/members/",
        "/workbench/members/import/",
        "/workbench/accounts/",
        "/workbench/reports/",
        "/workbench/hours/",
        "/workbench/disputes/",
        "/workbench/review/2/",
    ),
    "editor": ("/workbench/", "/lessons/1/take-down/"),
    "auditor": ("/workbench/audit/",),
}
# Together these show every view in every language and on every device; each in both schemes.
WAYS = {
    "phone": (True, "zh-hans", "0"),
    "phone-elder-english": (True, "en", "1"),
    "desktop-elder": (False, "zh-hans", "1"),
    "desktop-english": (False, "en", "0"),
}
NARROW = 320


def faults(page: Page, *, phone: bool) -> list[str]:
    """Return what is wrong with the page in light and dark, at its width and on the narrowest phone."""
    page.emulate_media(color_scheme="light")
    wrong = findings(page)
    page.emulate_media(color_scheme="dark")
    wrong += findings(page, "color-contrast", "link-in-text-block")
    widths = (NARROW, 390) if phone else (1280,)
    for width in widths:
        wrong += too_wide(page, width)
    return wrong


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", PAGES, ids=str)
def test_pages_are_accessible_and_fit(role: str | None, way: str, open_page: OpenPage) -> None:
    phone, language, elder = WAYS[way]
    page = open_page("/healthz", role, phone=phone, language=language, elder=elder)
    wrong = []
    for address in PAGES[role]:
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        wrong += faults(page, phone=phone)
    assert not wrong, "\n\n".join(wrong)
