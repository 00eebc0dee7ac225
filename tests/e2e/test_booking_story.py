"""The branch secretary's story in a real browser: a lecturer for Thursday evening, from the search to the teaching hours."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look, tab_to
from tests.e2e.people import Ears
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)

LECTURER = "周平安"
LESSON = "胸痛来了，五分钟里做什么"
LISTENERS = 5
# A mobile number, as contacts of both sides are.
PHONE_NUMBER = re.compile(r"\b1\d{10}\b")
REQUEST = re.compile(r"/bookings/[0-9a-f-]{36}/")


@dataclass(frozen=True)
class Evening:
    """When the lesson is asked for, and who of the two holds a phone; the other one sits at a desk."""

    day: str
    on_phone: str

    @property
    def start(self) -> str:
        """Return how the beginning stands in the form."""
        return f"{self.day}T19:00:00+08:00"

    def opens(self, role: str) -> bool:
        """Return whether the person opens pages on a phone."""
        return role == self.on_phone


@pytest.mark.parametrize("on_phone", ["secretary", "lecturer"])
def test_a_branch_books_a_lecturer_hears_the_lesson_and_marks_it(
    on_phone: str, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven = ("409",)
    evening = Evening(site.signposts["thursday" if on_phone == "secretary" else "late_thursday"], on_phone)
    secretary = open_page("/lecturers/", "secretary", phone=evening.opens("secretary"))
    lecturer = open_page("/my/schedule/", "lecturer", phone=evening.opens("lecturer"))
    neighbour = open_page("", "secretary2", phone=evening.opens("lecturer"))

    find_lecturer(secretary, evening)
    request = ask(secretary, evening)
    # The neighbouring branch has chosen the same hour before it is given away.
    choose_hour(neighbour, site.signposts["ask"], evening)
    answer(lecturer, request)
    compare_contacts(secretary, lecturer, request)
    for page, own in ((secretary, "/workbench/bookings/"), (lecturer, "/my/schedule/")):
        assert f"UID:{request.split('/')[2]}@" in calendar_of(page, own)
    take_another_hour(neighbour, evening)

    site.let_pass(request)
    mark(record(secretary, request), open_page)
    secretary.reload()
    expect(secretary.get_by_role("main")).to_contain_text(f"{LISTENERS} 人参加")
    look(secretary)
    lecturer.goto("/me/teaching/")
    expect(lecturer.get_by_role("main")).to_contain_text(LESSON)
    look(lecturer)


def test_a_day_typed_under_the_results_on_a_phone_leads_to_the_hour_that_is_free(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(f"/search/?q={LECTURER}", "secretary")
    page.locator("summary", has_text="这时谁有空").click()
    # A day that nobody books in the stories above.
    page.get_by_label("日期").fill(site.signposts["free_thursday"])
    page.get_by_role("button", name="查找").click()

    row = page.locator("article.hit", has_text=LECTURER)
    expect(row).to_contain_text("那时有空")
    hour = re.findall(r"\d\d:\d\d", row.inner_text())[-1]
    look(page)
    row.get_by_role("link").click()

    expect(page.locator(".when b")).to_contain_text(hour)
    look(page)


def find_lecturer(page: Page, evening: Evening) -> None:
    """Narrow the pool by topic, place and a free time, and open the lecturer's page."""
    for choice in ("topic=service", "region="):
        chips = page.locator(f"main a.chip[href*='{choice}']")
        chips.filter(has_text="县城" if choice == "region=" else "").first.click()
        page.wait_for_url(f"**{choice}**")
    page.locator("[name=day]").fill(evening.day)
    page.locator("[name=begins]").fill("19:00")
    page.locator("[name=ends]").fill("20:00")
    page.get_by_role("button", name="查找").click()
    page.wait_for_url("**day=**")
    look(page)
    page.get_by_role("link", name=LECTURER).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LECTURER)
    assert not PHONE_NUMBER.search(page.content())


def ask(page: Page, evening: Evening) -> str:
    """Go through the three steps; return the path of the request."""
    page.locator("#request").get_by_role("link", name="约课").click()
    page.wait_for_url("**/bookings/new/**")
    page.get_by_text(LESSON).click()
    # The evening that was looked for comes along: nobody chooses it once more.
    page.get_by_role("button", name="下一步：地点和听众").click()
    expect(page.locator("main [name=start]")).to_have_value(evening.start)
    page.locator("[name=place]").fill("清水街社区活动室二楼")
    page.locator("[name=heads]").fill("32")
    page.locator("[name=note]").fill("老人较多，请讲慢一点。")
    page.get_by_role("button", name="发出约课").click()
    page.wait_for_url(REQUEST)
    expect(page.get_by_role("main")).to_contain_text("等讲师答复")
    look(page)
    assert not PHONE_NUMBER.search(page.content())
    return urlsplit(page.url).path


def choose_week(page: Page, evening: Evening) -> None:
    """Turn the weeks until the evening is there, and choose it."""
    hour = page.locator(f"label.slot:has(input[value='{evening.start}'])")
    page.wait_for_url("**step=2**")
    while not hour.count():
        with page.expect_navigation():
            page.get_by_role("link", name="下一周").click()
    hour.click()


def choose_hour(page: Page, address: str, evening: Evening) -> None:
    """Go to the last step with the same lesson and hour, and fill it in."""
    page.goto(address)
    page.get_by_text(LESSON).click()
    page.get_by_role("button", name="下一步：选时间").click()
    choose_week(page, evening)
    page.get_by_role("button", name="下一步：地点和听众").click()
    page.locator("[name=place]").fill("三区队会议室")
    page.locator("[name=heads]").fill("20")


def answer(page: Page, request: str) -> None:
    """Find the request with its deadline in the own schedule, and accept it."""
    page.reload()
    row = page.locator(f".entry:has(a[href='{request}'])")
    expect(row).to_contain_text("前答复")
    look(page)
    row.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("老人较多，请讲慢一点。")
    assert not PHONE_NUMBER.search(page.content())
    look(page)
    page.get_by_role("button", name="接受").click()
    expect(page.get_by_role("main")).to_contain_text("已约定")


def compare_contacts(secretary: Page, lecturer: Page, request: str) -> None:
    """Both sides now see both phone numbers, and the same ones."""
    seen = []
    for page in (secretary, lecturer):
        page.goto(request)
        page.get_by_role("button", name="查看手机号").click()
        contact = page.locator("section:has(> #h-contact)")
        expect(contact.locator("dd").first).to_have_text(PHONE_NUMBER)
        look(page)
        seen.append(PHONE_NUMBER.findall(contact.inner_text()))
    assert len(seen[0]) == 2
    assert seen[0] == seen[1]


def calendar_of(page: Page, own: str) -> str:
    """Make the address of the own calendar if there is none, and return what stands in it."""
    page.goto(own)
    field = page.locator("#calendar-address")
    if not field.count():
        page.get_by_role("button", name="生成").click()
    look(page)
    return page.request.get(field.input_value()).text()


def take_another_hour(page: Page, evening: Evening) -> None:
    """The hour has been given away meanwhile: three others are offered, and one of them can be taken."""
    page.get_by_role("button", name="发出约课").click()
    others = page.locator("label.slot:has(input[name=start])")
    expect(others).to_have_count(3)
    assert evening.start not in [slot.get_attribute("value") for slot in others.locator("input").all()]
    expect(page.locator("[name=heads]")).to_have_value("20")
    look(page)
    others.nth(1).click()
    page.get_by_role("button", name="发出约课").click()
    page.wait_for_url(REQUEST)
    expect(page.get_by_role("main")).to_contain_text("等讲师答复")


def record(page: Page, request: str) -> list[tuple[str, str]]:
    """Write down that the lesson was held, and print slips; return the way to mark it and the code of each slip."""
    page.goto(request)
    page.get_by_role("link", name="登记授课").click()
    page.wait_for_url("**/deliver/")
    look(page)
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(REQUEST)
    page.get_by_role("link", name="给听课的人看评价入口").click()
    page.wait_for_url("**/workbench/evaluations/*/")
    address = page.locator("main a.link").inner_text()
    page.locator("[name=number]").fill(str(LISTENERS))
    page.get_by_role("button", name="生成纸条").click()
    page.wait_for_url("**/codes/")
    codes = page.locator(".slips b").all_inner_texts()
    look(page)
    assert len(codes) == LISTENERS
    page.get_by_role("link", name="返回").click()
    return [(address, code) for code in codes]


def mark(slips: list[tuple[str, str]], open_page: OpenPage) -> None:
    """Let each listener mark every question in one of the four grades, without an account."""
    page = open_page("")
    for number, (address, code) in enumerate(slips):
        page.goto(address)
        questions = page.locator("fieldset:has(.chips)")
        for question in questions.all():
            grades = question.locator("label.chip")
            assert grades.all_inner_texts() == ["好", "较好", "一般", "较差"]
            grades.nth(number % 4).click()
        page.locator("[name=code]").fill(code)
        page.get_by_role("button", name="发送").click()
        expect(page.get_by_role("main")).to_contain_text("谢谢，已经记下")
    look(page)


def test_the_three_steps_of_a_request_need_nothing_but_a_keyboard(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.signposts["ask"], "secretary", phone=False)
    tab_to(page, "main input[name=offer]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=2**")
    tab_to(page, "main input[name=start]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=3**")
    tab_to(page, "main input[name=place]")
    page.keyboard.type("活动室")
    tab_to(page, "main input[name=heads]")
    page.keyboard.type("18")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(REQUEST)
    expect(page.get_by_role("main")).to_contain_text("活动室")
