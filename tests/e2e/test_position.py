"""A place's position while it is typed, in a real browser: the admin shows what will be stored before anything is."""

import pytest
from playwright.sync_api import expect

from tests.e2e.admin import fill, tab
from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.timeout(300)


def test_the_admin_shows_where_a_place_will_lie_before_it_is_saved(open_page: OpenPage) -> None:
    page = open_page("/admin/snippets/venues/venue/add/", "editor", phone=False)
    assert page.locator("#id_organisation").input_value()
    tab(page, "位置")
    shown = page.locator("[data-position]")
    expect(shown).to_contain_text("填好纬度和经度后，这里显示将要保存的位置。")

    page.locator("#id_entered_latitude").fill("38.34108")
    expect(shown).to_contain_text("位置要同时有纬度和经度")
    page.locator("#id_entered_longitude").fill("113.9408")
    expect(shown).to_contain_text("按 WGS-84 保存：38.341080, 113.940800")
    fill(page, entered_datum="GCJ-02（高德、腾讯地图）")
    expect(shown).to_contain_text("换算后移动了")
    expect(shown).not_to_contain_text("按 WGS-84 保存：38.341080")
