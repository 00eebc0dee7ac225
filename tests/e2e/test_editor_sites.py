"""The editor's story of going out: a red site and a route of one day, clicked and typed in the admin in Chinese."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.venues.datum import GCJ02, Point, to_wgs
from tests.e2e.admin import (
    IN_SEARCH,
    MODES,
    WATCHING,
    add_part,
    approve,
    begin,
    belongs,
    choose,
    choose_listed,
    fill,
    finish,
    hand_in,
    see_previews,
    tab,
    tick,
)
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look
from tests.e2e.people import Ears

pytestmark = pytest.mark.timeout(900)

SITE, ROUTE = "云岭石桥会议旧址", "瑞金石桥一日线"
NEXT_STOP = "叶坪革命旧址群"
LESSONS = ("雪后巡线，先看杆基再抬头", "老屋用电检查表")
SOURCE = "高德地图，2026 年 11 月"
TYPED = Point(25.8912, 116.0331)
MONDAY, WEEK = 0, 7
# A Wednesday to come: the place is closed on Mondays, and once for repairs.
REPAIRS = today() + timedelta(days=(MONDAY + 2 - today().weekday()) % WEEK + WEEK)


@pytest.fixture(autouse=True)
def autosave_forgiven(ears: Ears) -> None:
    """Forgive what the browser says of a form that saves itself before it is complete: 400 is Wagtail's answer."""
    ears.forgiven = ("400 POST", "status of 400")


def test_a_site_and_a_route_are_made_reviewed_and_found(open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    make_site(page)
    desk = open_page("", "reviewer", phone=False)
    approve(desk, SITE)
    make_route(page)
    approve(desk, ROUTE)

    member = open_page("/search/", "member")
    for title in (SITE, ROUTE):
        member.wait_for_function(IN_SEARCH, arg=title, polling=200)
        member.goto(f"/search/?q={title}")
        member.get_by_role("main").get_by_role("link", name=title).first.click()
        expect(member.get_by_role("heading", level=1)).to_contain_text(title)
        look(member)
    read_route(member)
    read_site(member)
    page.goto("/admin/snippets/venues/venue/?q=石桥")
    expect(page.get_by_role("row").filter(has_text=SITE).first).to_contain_text(str(today().year + 1))


def make_site(page: Page) -> None:
    """Type what is known of a place; hours that end before they begin are said at once, and nothing typed is lost."""
    page.goto("/admin/snippets/venues/venue/")
    page.get_by_role("link", name=re.compile("添加")).first.click()
    page.wait_for_function(WATCHING)
    fill(page, name=SITE, kind="红色旧址", summary="石桥边的一座老祠堂，会议在这里开了三天。", capacity="40")
    tick(page, "facilities", "大巴车位")
    tab(page, "开放时间")
    hours = add_part(page, "opening_hours")
    fill(page, **{f"{hours}-days": "每天", f"{hours}-opens": "17:00", f"{hours}-closes": "09:00"})
    tick(page, "closed_weekdays", "周一")
    other = add_part(page, "hour_exceptions")
    fill(
        page,
        **{
            f"{other}-first": REPAIRS.isoformat(),
            f"{other}-last": REPAIRS.isoformat(),
            f"{other}-reason": "修屋顶",
        },
    )
    tab(page, "位置")
    choose_listed(page, "region", "瑞金")
    fill(page, entered_datum="GCJ-02（高德、腾讯地图）", position_source=SOURCE)
    fill(page, entered_latitude=str(TYPED.latitude), entered_longitude=str(TYPED.longitude))
    fill(page, verified_on=today().isoformat())
    tab(page, "位置")  # a calendar that is still open would lie over the button that saves
    stored = to_wgs(TYPED, GCJ02)
    # While one types: no half kilometre is lost, and the place lies in its county.
    expect(page.get_by_text(f"按 WGS-84 保存：{stored.latitude:.6f}, {stored.longitude:.6f}")).to_be_visible()
    page.locator("footer .action-save").first.click()
    expect(page.locator(".error-message")).to_contain_text("关门时间早于开门时间")
    assert page.locator("#id_name").input_value() == SITE
    tab(page, "开放时间")
    fill(page, **{f"{hours}-opens": "09:00", f"{hours}-closes": "17:00"})
    tab(page, "开放范围")
    fill(page, visibility="所有人")
    see_previews(page, SITE, MODES)
    hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("提交")


def make_route(page: Page) -> None:
    """Two places in one day, each with its lesson and something to talk about."""
    begin(page, "红色线路", "线路")
    fill(page, title=ROUTE, lead="上午石桥，下午叶坪，路上各看一节微课。", meeting_point="县城东门", starts_at="08:30")
    tick(page, "themes", "党性教育")
    tick(page, "themes", "乡村振兴")
    tab(page, "相关内容")
    # The form begins with an empty stop.
    for number, place in enumerate((SITE, NEXT_STOP)):
        stop = f"stops-{number}" if number == 0 else add_part(page, "stops")
        choose(page, f"{stop}-venue", place)
        choose(page, f"{stop}-lesson", LESSONS[number])
        fill(page, **{f"{stop}-stay_minutes": "90", f"{stop}-discussion": "这里的人当时最缺什么？"})
    belongs(page)
    finish(page, ROUTE)


def read_route(page: Page) -> None:
    """The route shows its stops with their lessons; on the day of the repairs it says which place is shut."""
    main = page.get_by_role("main")
    for words in (SITE, NEXT_STOP, *LESSONS, "下次复看"):
        expect(main).to_contain_text(words)
    page.locator("input[name=on]").fill(REPAIRS.isoformat())
    page.locator("form:has(input[name=on])").get_by_role("button").first.click()
    page.wait_for_url(f"**on={REPAIRS.isoformat()}**")
    expect(main).to_contain_text("修屋顶")
    expect(page.locator(".is-shut").first).to_be_attached()
    look(page)
    main.get_by_role("link", name=SITE).first.click()


def read_site(page: Page) -> None:
    """The place says when it is closed, and where the position was read and when it was checked."""
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SITE)
    rows = main.get_by_role("row")
    for day, words in (("周一", "闭馆"), ("周二", "09:00–17:00"), (local_date(REPAIRS), "修屋顶")):
        expect(rows.filter(has=page.get_by_text(day, exact=True)).first).to_contain_text(words)
    page.get_by_text("地图坐标").click()
    expect(main).to_contain_text(SOURCE)
    expect(main).to_contain_text(f"核实日期：{local_date(today())}。")
