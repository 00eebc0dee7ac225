"""The member's story in a real browser: what the first page has for one's own kind, and where it leads.

On the phone everything is done; on the desktop the same person finds it as it was left.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look, picture, play
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)

# WEIKE_ACTIVITY_DAY as it is where nobody set it.
ACTIVITY_DAY = 20
AUDIENCE = "预备党员"
TO_SITE, TO_BRANCH = "首页能不能放每月食堂菜单？", "周四的学习能不能提前半小时？"
ANSWER = "可以，从下周起改到六点半。"
ANSWER_DAYS = 7
# Of the question that the course's first lesson asks.
RIGHT = "二号回风巷 46 架，顶板淋水"


def part(page: Page, heading: str) -> Locator:
    """Return the part of the first page below the heading."""
    return page.locator(f"section:has(> #{heading}), section:has(> * > #{heading})")


def next_activity_day(day: date) -> date:
    """Return the first activity day from the day on."""
    while day.day != ACTIVITY_DAY:
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_who_says_what_one_belongs_to_finds_what_is_meant_for_it(device: str, open_page: OpenPage) -> None:
    # Who has said it is not asked again.
    page = open_page("/", "member2" if device == "phone" else "member", phone=device == "phone")
    page.get_by_text("选一选你属于哪些人群").click()
    page.locator("label.chip").filter(has_text=re.compile(f"^{AUDIENCE}$")).click()
    look(page)
    page.locator("form:has([name=audience])").get_by_role("button").click()
    expect(page.get_by_role("status").filter(has_text="适合你的内容会排在前面")).to_be_visible()
    courses = part(page, "for-you-title").locator(".lines h3 a")
    addresses = [link.get_attribute("href") or "" for link in courses.all()]
    assert len(addresses) > 1
    for address in addresses:
        page.goto(address)
        expect(page.locator("dt:has-text('讲给谁') + dd")).to_contain_text(AUDIENCE)


def test_the_month_s_guide_is_worked_through_on_the_first_page(open_page: OpenPage) -> None:
    page = open_page("/", "member2")
    rows = part(page, "guide-title").locator("li:has(button[name=done])")
    item = rows.last.get_attribute("id")
    row = page.locator(f"#{item}")
    row.get_by_role("button", name="完成").click()
    page.wait_for_url(f"**/#{item}")
    expect(row).to_have_class("is-done")
    # Another time, another device: it is still ticked, there and in the guide itself; a slip is taken back.
    desktop = open_page("/", "member2", phone=False)
    expect(desktop.locator(f"#{item}")).to_have_class("is-done")
    expect(part(desktop, "guide-title")).to_contain_text("已完成 1/")
    part(desktop, "guide-title").get_by_role("link", name="看指引全文").click()
    expect(desktop.locator(f"#{item}")).to_have_class("is-done")
    look(desktop)
    expect(open_page("/", "member").locator(f"#{item}")).not_to_have_class("is-done")
    row.get_by_role("button", name="还没完成").click()
    expect(row).not_to_have_class("is-done")


def test_a_course_remembers_where_one_was(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.signposts["course"], "member2")
    course = page.get_by_role("heading", level=1).inner_text()
    first, second = (page.locator(".todo a").nth(number).inner_text() for number in range(2))
    page.get_by_role("button", name="开始学习").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.goto("/")
    expect(part(page, "course-title")).to_contain_text(course)
    go_on(page, first)
    finish_lesson(page)

    desktop = open_page("/", "member2", phone=False)
    expect(part(desktop, "course-title")).to_contain_text("已完成 1/3")
    go_on(desktop, second)
    page.goto("/")
    look(page)
    picture(page, "member-home-in-a-course-phone")


def go_on(page: Page, title: str) -> None:
    """Go on with the course from the first page; it leads to what comes next."""
    mine = part(page, "course-title")
    expect(mine).to_contain_text(f"下一项：{title}")
    mine.get_by_role("button", name="继续学这门课程").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def finish_lesson(page: Page) -> None:
    """Watch the lesson to its end and answer its question."""
    play(page, page.locator("#player"), seconds=1)
    page.wait_for_function("() => document.querySelector('#player video').ended", timeout=30_000)
    quiz = page.locator("section.quiz")
    quiz.get_by_label(RIGHT).check()
    quiz.locator("button[type=submit]").click()
    expect(quiz.locator(".is-right")).to_be_visible()


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_a_route_for_the_next_activity_day_can_be_gone_on_that_day(device: str, open_page: OpenPage) -> None:
    page = open_page("/", "member2", phone=device == "phone")
    day = next_activity_day(today())
    offered = part(page, "route-title")
    expect(offered).to_contain_text(f"{local_date(day)}，这一天各站都开放。")
    link = offered.get_by_role("article").get_by_role("link")
    title = link.inner_text()
    link.click()
    page.wait_for_url(f"**/routes/**on={day.isoformat()}**")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("input[name=on]")).to_have_value(day.isoformat())
    expect(page.locator(".is-shut")).to_have_count(0)
    look(page)


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_who_suggests_something_is_told_by_whom_and_when_it_is_answered(device: str, open_page: OpenPage) -> None:
    page = open_page("/", "member2", phone=device == "phone")
    asked, said = f"{TO_BRANCH}（{device}）", f"{ANSWER}（{device}）"
    due = local_date(today() + timedelta(days=ANSWER_DAYS))
    box = part(page, "h-box")
    box.get_by_text("写一条").click()
    box.get_by_label("想说什么").fill(TO_SITE)
    look(page)
    box.get_by_role("button", name="发送").click()
    expect(told(page)).to_have_text(re.compile(rf"谢谢，已经转交。由 \S+ 处理，{due}前答复，答复会以通知送达。"))

    part(page, "h-box").get_by_role("link", name="改为写给").click()
    page.wait_for_url("**/feedback/?to=branch")
    page.locator("main [name=text]").fill(asked)
    page.get_by_role("main").get_by_role("button", name="发送").click()
    owner = re.search(r"由 (\S+) 处理", told(page).inner_text())
    assert owner is not None
    mine = page.get_by_role("article").filter(has_text=asked)
    expect(mine).to_contain_text(f"由 {owner[1]} 处理，{due}前答复你。")
    look(page)

    answer(open_page("/workbench/", "secretary2", phone=False), owner[1], due, asked, said)
    page.goto("/notices/")
    notice = page.locator(".notice").filter(has_text=said)
    look(page)
    notice.get_by_role("button").click()
    page.wait_for_url("**/feedback/#report-*")
    expect(mine).to_contain_text(said)


def told(page: Page) -> Locator:
    """Return the sentence that says what happens now."""
    return page.get_by_role("status").filter(has_text="谢谢")


def answer(desk: Page, owner: str, due: str, asked: str, said: str) -> None:
    """Answer what the branch was asked, as the one who is named."""
    desk.get_by_role("link", name=re.compile("建议|报告")).first.click()
    desk.wait_for_url("**/workbench/reports/**")
    if not desk.url.rstrip("/").rsplit("/", 1)[-1].isdigit():
        desk.get_by_role("listitem").filter(has_text=asked).get_by_role("link").click()
    main = desk.get_by_role("main")
    expect(main).to_contain_text(asked)
    expect(main).to_contain_text(f"{owner}，{due}前答复")
    look(desk)
    desk.locator("[name=answer]").fill(said)
    desk.locator("button[name=act][value=answer]").click()
    desk.wait_for_url("**/workbench/reports/")
    expect(desk.get_by_role("main")).not_to_contain_text(asked)
