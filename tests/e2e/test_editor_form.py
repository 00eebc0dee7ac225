"""The page editor in a real browser: the panel of checks reads the preview, a calendar of days leaves the buttons free."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Route, expect

from tests.e2e.admin import PREVIEW_MS, add_part, begin, choose, fill, send_file, tab
from tests.e2e.conftest import OpenPage
from tests.e2e.people import Ears

pytestmark = pytest.mark.timeout(600)
LESSON, OTHER = "雪后巡线，先看杆基再抬头", "老屋用电检查表"
STORED_MS = 3000
ROWS = "[data-checks-panel] [data-content-checker-name]"


@pytest.fixture(autouse=True)
def autosave_forgiven(ears: Ears) -> None:
    """Forgive what the browser says of a form that saves itself before it is complete: 400 is Wagtail's answer."""
    ears.forgiven = ("400 POST", "status of 400")


def test_the_checks_find_a_picture_without_a_description_and_what_is_not_said(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/admin/", "editor", phone=False)
    begin(page, "资源库", "资源")
    fill(page, title="没有说明的图", link="https://open.example/")
    picture = tmp_path / "well.png"
    Image.new("RGB", (1600, 900), "#557").save(picture)
    tab(page, "谁能看")
    send_file(page, "cover", picture, "井口")
    page.locator("[data-side-panel-toggle=checks]").click()
    rows = page.locator(ROWS)
    expect(rows.filter(has_text="有图片没有替代文字")).to_have_count(1, timeout=PREVIEW_MS)
    for words in ("还没有导语", "没有写来源", "没有选专题", "没有选受众"):
        expect(rows.filter(has_text=words)).to_have_count(1)
    tab(page, "内容")
    fill(page, lead="凿缝、抹浆、试水。")
    expect(rows.filter(has_text="还没有导语")).to_have_count(0, timeout=PREVIEW_MS)


def test_what_is_handed_in_while_it_stores_itself_is_made_once(open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    begin(page, "课程", "课程")
    fill(page, title="交得太快的课")
    expect(page).to_have_url(re.compile(r"/edit/$"), timeout=PREVIEW_MS)
    tab(page, "相关内容")
    choose(page, f"{add_part(page, 'items')}-lesson", LESSON)

    waiting: list[tuple[Route, APIResponse]] = []

    def store(route: Route) -> None:
        if "json" in route.request.headers.get("accept", "") and not waiting:
            waiting.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/edit/", store)
    choose(page, f"{add_part(page, 'items')}-lesson", OTHER)
    page.wait_for_function(
        "() => document.querySelector('.w-autosave-indicator').dataset.wAutosaveStateValue === 'saving'"
    )
    page.wait_for_timeout(STORED_MS)
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("footer button[name=action-submit]").click()
    # The answer comes after the button was pressed: the form does not yet know that its new part is stored.
    for route, answer in waiting:
        route.fulfill(response=answer)
    expect(page.get_by_role("main")).to_contain_text("已经提交")
    page.get_by_role("link", name="交得太快的课", exact=True).first.click()
    expect(page.locator("#id_items-TOTAL_FORMS")).to_have_value("2")


def test_an_open_calendar_leaves_the_button_that_saves_in_reach(open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    page.set_viewport_size({"width": 1280, "height": 800})
    begin(page, "通知公告", "公告")
    fill(page, title="周五停电检修")
    box, button = page.locator("#id_starts_on"), page.locator("footer .action-save")
    # As low as the field can stand above the button.
    box.evaluate("field => window.scrollBy(0, field.getBoundingClientRect().bottom - window.innerHeight + 120)")
    box.click()
    expect(page.locator("body > .xdsoft_datetimepicker").locator("visible=true")).to_have_count(1)
    button.click()
    expect(page).to_have_url(re.compile(r"/edit/$"))


def test_whom_a_file_is_for_is_chosen_in_the_window_in_its_form_and_for_one_of_many(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/admin/images/", "editor", phone=False)
    page.goto("/admin/images/add/")
    fill(page, title="井口", visibility="某个组织及其下级")
    choose(page, "visible_organisation", "融媒体")
    page.goto("/admin/documents/multiple/add/")
    table = tmp_path / "值班表.txt"
    table.write_text("周一 老秦")
    page.locator("#fileupload").set_input_files(table)
    chooser = page.locator("#upload-list [id$=visible_organisation-chooser]")
    expect(chooser).to_have_count(1)
    prefix = (chooser.get_attribute("id") or "").removeprefix("id_").partition("-visible")[0]
    page.locator(f"#id_{prefix}-visibility").select_option(label="某个组织及其下级")
    choose(page, f"{prefix}-visible_organisation", "融媒体")
    page.locator("#upload-list form button[type=submit]").click()
    expect(page.get_by_role("main")).to_contain_text("文档已更新")
    page.goto("/admin/documents/")
    page.get_by_role("link", name="值班表").first.click()
    expect(page.locator("#id_visible_organisation-chooser [data-chooser-title]")).to_contain_text("融媒体")


def test_a_file_for_a_lesson_is_sent_in_its_own_window_and_stands_in_the_form_and_in_the_draft(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/admin/snippets/lessons/microlesson/", "editor", phone=False)
    page.locator("main a[href*='/microlesson/edit/']").filter(has_text=OTHER).first.click()
    tab(page, "字幕、题目与附件")
    sheet = tmp_path / "检查表.txt"
    sheet.write_text("先断电，再看线。")
    part = add_part(page, "attachments")
    send_file(page, f"{part}-document", sheet, "老屋检查表讲义")
    with page.expect_navigation():
        page.locator("footer .action-save").click()
    expect(page.get_by_role("main")).to_contain_text("已更新")
    tab(page, "字幕、题目与附件")
    expect(page.locator(f"#id_{part}-document-chooser [data-chooser-title]")).to_contain_text("老屋检查表讲义")
