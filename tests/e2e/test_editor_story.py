"""The editor's story in a real browser: the pages that an editor makes, clicked and typed in the admin in Chinese.

One of them is made on a phone, the others at a desk.

One test hands on to the next: what was made and approved in one is chosen in another.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cms.core.clock import today
from tests.e2e.admin import (
    IN_SEARCH,
    MODES,
    WATCHING,
    add_part,
    approve,
    begin,
    belongs,
    choose,
    fill,
    finish,
    hand_in,
    see_previews,
    send_file,
    tab,
    write_paragraph,
)
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import findings, look, picture, too_wide
from tests.e2e.people import Ears

pytestmark = pytest.mark.timeout(900)

SHEET, TEXT, LIST = "窖口检修记录单", "窖口检修三步走", "检修前先读这两份"
COURSE, TRACK = "水窖检修入门课", "流动党员返乡补课路径"
GUIDE, NOTE = "本月指引：过冬前查水窖", "检修队集合的通知"
LESSONS = ("雪后巡线，先看杆基再抬头", "老屋用电检查表")
MADE = (SHEET, TEXT, LIST, COURSE, TRACK, GUIDE, NOTE)


@pytest.fixture(autouse=True)
def autosave_forgiven(ears: Ears) -> None:
    """Forgive what the browser says of a form that saves itself before it is complete: 400 is Wagtail's answer."""
    ears.forgiven = ("400 POST", "status of 400")


def test_a_file_and_a_text_come_into_the_library_and_mistakes_keep_what_was_typed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/admin/", "editor", phone=False)
    begin(page, "资源库", "资源")
    fill(page, title=SHEET, lead="每次检修照着填一张。", kind="链接")
    page.locator("footer .action-save").click()
    # A draft may lack what it likes; it is asked for where the page is handed in, at its field, and nothing is lost.
    expect(page).to_have_url(re.compile(r"/edit/$"))
    hand_in(page)
    expect(page.locator(".error-message")).to_contain_text("请提供文件、正文、影片或网址。")
    assert page.locator("#id_title").input_value() == SHEET
    page.wait_for_function(WATCHING)
    fill(page, kind="课件")
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("日期、井口、壁面、滤网、签名。", encoding="utf-8")
    send_file(page, "file", sheet, SHEET)
    belongs(page)
    finish(page, SHEET)

    begin(page, "资源库", "资源")
    fill(page, title=TEXT, lead="凿缝、抹浆、试水。")
    write_paragraph(page, "先凿开裂缝，再抹防水砂浆，三天以后试水。")
    tab(page, "相关内容")
    choose(page, f"{add_part(page, 'related_lessons')}-lesson", LESSONS[1])
    belongs(page)
    finish(page, TEXT)
    desk = open_page("", "reviewer", phone=False)
    for title in (SHEET, TEXT):
        approve(desk, title)


def test_list_course_track_guide_and_announcement_are_made_of_what_is_there(open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    make_list(page)
    make_course(page)
    make_track(page)
    make_guide(page)
    make_announcement(open_page("/admin/", "editor"))


def make_list(page: Page) -> None:
    """Two resources in an order."""
    begin(page, "资源库", "阅读清单")
    fill(page, title=LIST, lead="十分钟读完。")
    tab(page, "相关内容")
    # The form begins with an empty entry.
    choose(page, "entries-0-target", SHEET)
    choose(page, f"{add_part(page, 'entries')}-target", TEXT)
    fill(page, entries__1__note="照着三步做。")
    belongs(page)
    finish(page, LIST)


def make_course(page: Page) -> None:
    """Two units of lessons, a page and a task, and a question at the end."""
    begin(page, "课程", "课程")
    fill(page, title=COURSE, lead="看两节微课，读一份资料，做一件事。")
    write_paragraph(page, "学完会自己检修。")
    tab(page, "相关内容")
    first = add_part(page, "items")
    fill(page, **{f"{first}-unit": "先看"})
    choose(page, f"{first}-lesson", LESSONS[0])
    choose(page, f"{add_part(page, 'items')}-lesson", LESSONS[1])
    choose(page, f"{add_part(page, 'items')}-page", TEXT)
    task = add_part(page, "items")
    fill(
        page,
        **{
            f"{task}-unit": "再做",
            f"{task}-title": "检修自家水窖",
            f"{task}-text": "填好记录单。",
            f"{task}-minutes": "30",
        },
    )
    question = add_part(page, "questions")
    fill(page, **{f"{question}-stem": "抹浆以后几天试水？", f"{question}-options": "当天\n*三天以后"})
    belongs(page)
    finish(page, COURSE)


def make_track(page: Page) -> None:
    """A way for members away from home: the course and a lesson."""
    begin(page, "课程", "学习路径")
    fill(page, title=TRACK, lead="在外一年，回来先补这些。")
    tab(page, "相关内容")
    choose(page, f"{add_part(page, 'items')}-page", COURSE)
    choose(page, f"{add_part(page, 'items')}-lesson", LESSONS[1])
    belongs(page, audience="流动党员")
    finish(page, TRACK)


def make_guide(page: Page) -> None:
    """This month's guide."""
    begin(page, "每月指引", "每月指引")
    fill(page, title=GUIDE, month=today().isoformat(), theme="过冬前查水窖", discussion="谁家的窖最老\n谁来帮忙")
    tab(page, "相关内容")
    choose(page, f"{add_part(page, 'items')}-lesson", LESSONS[0])
    choose(page, f"{add_part(page, 'items')}-page", COURSE)
    belongs(page)
    finish(page, GUIDE)


def make_announcement(page: Page) -> None:
    """An announcement for one committee and the branches below it, from the tree to handing in on a phone."""
    begin(page, "通知公告", "公告")
    fill(page, title=NOTE, starts_on=today().isoformat(), ends_on=(today() + timedelta(days=7)).isoformat())
    write_paragraph(page, "周六上午八点在村口集合。")
    wrong = findings(page, within="main") + too_wide(page, 390)
    picture(page, "admin-announcement-typed-phone")
    belongs(page)
    tab(page, "谁能看")
    fill(page, visibility="某个组织及其下级")
    choose(page, "visible_organisation", "清水镇")
    wrong += findings(page, within="main") + too_wide(page, 390)
    assert not wrong, "\n\n".join(wrong)
    see_previews(page, NOTE, MODES[:1])
    # Here the preview lies over the form with its buttons.
    page.locator("[data-side-panel-toggle=preview]").click()
    hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("提交")


def test_the_second_person_reviews_on_a_phone_and_members_find_everything(open_page: OpenPage) -> None:
    desk = open_page("", "reviewer")
    for title in (LIST, COURSE, TRACK, GUIDE, NOTE):
        approve(desk, title)
    look(desk)
    member = open_page("/search/", "member", phone=False)
    for title in MADE:
        member.wait_for_function(IN_SEARCH, arg=title, polling=200)
        member.goto(f"/search/?q={title}")
        member.get_by_role("main").get_by_role("link", name=title).first.click()
        expect(member.get_by_role("heading", level=1)).to_have_text(title)
        expect(member.get_by_role("main")).to_contain_text("下次复看")
    # Of another committee: the announcement is not for this person.
    other = open_page(f"/search/?q={NOTE}", "member2")
    expect(other.get_by_role("main").get_by_role("link", name=NOTE)).to_have_count(0)
