"""Pages that few people see, and then on a bad day: refusals, lock-out, codes, lists with mistakes."""

import io

import pytest
from django.template.loader import get_template
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect

from cms.organisations.sheet_reading import COLUMNS
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look
from tests.e2e.people import Ears

pytestmark = pytest.mark.timeout(600)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRONG_PASSWORDS = 6
REPORTS_AN_HOUR = 10


def test_what_is_not_open_or_no_longer_there_says_so(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("403", "410")
    page = open_page("/workbench/audit/", "member")
    expect(page.locator(".code")).to_have_text("403")
    look(page)
    page = open_page("/accounts/qr/over-and-gone/")
    expect(page.get_by_role("heading", level=1)).to_have_text("这个二维码已经失效")
    look(page)


def test_when_the_site_itself_breaks_the_page_still_stands(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("500",)
    page = open_page("")
    broken = get_template("500.html").render()
    page.route("**/help/", lambda route: route.fulfill(status=500, content_type="text/html", body=broken))
    page.goto("/help/")
    expect(page.locator(".code")).to_have_text("500")
    look(page)


def test_the_sites_work_is_looked_at_again_by_itself_but_not_under_a_command_that_is_being_copied(
    open_page: OpenPage,
) -> None:
    page = open_page("", "editor")
    page.clock.install()
    words = iter(["eins", "zwei"])
    page.route("**/workbench/jobs/?part=live", lambda route: route.fulfill(body=f"<code>{next(words)}</code>"))
    page.goto("/workbench/jobs/")
    live = page.locator("[data-live]")
    page.clock.run_for(5100)
    expect(live).to_have_text("eins")
    live.locator("code").select_text()
    page.clock.run_for(11_000)
    expect(live).to_have_text("eins")
    page.evaluate("() => window.getSelection().removeAllRanges()")
    page.clock.run_for(5100)
    expect(live).to_have_text("zwei")


def test_too_many_wrong_passwords_lead_to_a_page_that_says_how_long(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("429", "400")
    page = open_page("/accounts/login/")
    for _try in range(WRONG_PASSWORDS):
        page.get_by_label("手机号、工号或用户名").fill("yl0123")
        page.get_by_label("密码", exact=True).fill("not-the-password")
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_label("密码", exact=True)).to_have_count(0)
    look(page)


def test_too_many_reports_are_asked_to_wait(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("429", "400")
    page = open_page("/feedback/report/?kind=site&id=")
    for _try in range(REPORTS_AN_HOUR + 1):
        with page.expect_navigation():
            page.locator("main form").first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page.locator(".code")).to_have_text("429")
    look(page)


def test_a_member_without_a_password_comes_in_with_the_branch_s_digits(open_page: OpenPage) -> None:
    desk = open_page("/workbench/members/", "secretary", phone=False)
    name = open_plain_member(desk)
    desk.locator("button[name=kind][value=qr]").click()
    expect(desk.get_by_role("img").first).to_be_visible()
    look(desk)
    desk.go_back()
    desk.locator("button[name=kind][value=digits]").click()
    digits = desk.locator(".code-digits").inner_text()
    look(desk)

    phone = open_page("/accounts/code/")
    phone.locator("input[name=name]").fill(name)
    phone.locator("input[name=code]").fill(digits)
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_url(lambda url: "/accounts/" not in url)
    phone.goto("/me/")
    expect(phone.get_by_role("main")).to_contain_text(name)


def open_plain_member(desk: Page) -> str:
    """Open the page of the first member for whom a code may be issued; return the name."""
    links = desk.locator("main a[href^='/workbench/members/']")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    for address in addresses:
        if not address.rstrip("/").rsplit("/", 1)[-1].isdigit():
            continue
        desk.goto(address)
        if desk.locator("button[name=kind][value=qr]").count():
            return desk.get_by_role("heading", level=1).inner_text()
    raise AssertionError("Nobody in the branch may be given a code.")


def test_a_list_with_a_mistake_is_shown_before_anything_is_added(open_page: OpenPage) -> None:
    desk = open_page("/workbench/members/import/", "secretary", phone=False)
    rows: FilePayload = {"name": "list.xlsx", "mimeType": XLSX, "buffer": sheet()}
    desk.locator("main input[type=file]").set_input_files(rows)
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/workbench/members/import/*/")
    expect(desk.get_by_role("main")).to_contain_text("罗明月")
    look(desk)


def sheet() -> bytes:
    """Return a workbook with two people of the secretary's branch, one of them with half a phone number."""
    book = Workbook()
    book.active.append(COLUMNS)
    for name, phone in (("沈安然", "19900009001"), ("罗明月", "1")):
        book.active.append([name, phone, "", "qingshui-4", "正式", "2026-01-05", "", ""])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
