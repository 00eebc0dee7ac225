"""What an editor's desk shows of what needs care, in a real browser: panels, reports, and the way from a page to its form."""

import pytest
from playwright.sync_api import expect

from tests.e2e.admin import WATCHING
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import findings, picture, too_wide
from tests.e2e.pages import FORMS
from tests.e2e.people import Ears
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)

# Wagtail's own page around our part: what it does is not ours to mend.
PANELS = "section.w-panel[aria-labelledby^='panel-']"
REPORT = ".nice-padding"
FIELDS = "form[data-controller~=w-unsaved] .w-tabs, form[data-controller~=w-unsaved] .w-panel"
CARE = "/admin/library/care/?show="
# A report → what stands in it; words in braces are signposts.
REPORTS = {
    f"{CARE}due": ("{aged_title}",),
    f"{CARE}unowned": ("{aged_title}",),
    f"{CARE}links": ("{aged_title}", "{aged_link}"),
    "/admin/reports/searches/": ("垃圾分类", "党员代会"),
    "/admin/reports/searches/?show=unopened": ("党费",),
    "/admin/reports/searches/?show=ideas": ("党员代会",),
    "/admin/reports/closed-days/": ("赶考路一日线", "西柏坡纪念馆"),
}


def test_the_panels_of_the_first_page_say_what_needs_care_and_are_accessible(site: Site, open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    for name in ("library_due", "library_links", "library_unowned"):
        panel = page.locator(f"section.w-panel[aria-labelledby=panel-{name}]")
        expect(panel.get_by_role("link", name=site.signposts["aged_title"])).to_be_visible()
    unanswered = page.locator("section.w-panel[aria-labelledby=panel-unanswered]")
    assert unanswered.get_by_role("listitem").count() > 0
    assert findings(page, within=PANELS) == []


def test_every_report_names_what_it_is_about_and_is_accessible(site: Site, open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    wrong = []
    for address, words in REPORTS.items():
        page.goto(address)
        for word in words:
            expect(page.locator(REPORT).last).to_contain_text(word.format(**site.signposts))
        wrong += findings(page, within=f"{REPORT}:last-of-type")
    assert wrong == []
    page.get_by_role("link", name="赶考路一日线").click()
    expect(page.locator("#id_title")).to_have_value("赶考路一日线")


def test_the_menu_of_reports_leads_to_all_of_them(open_page: OpenPage) -> None:
    page = open_page("/admin/", "editor", phone=False)
    page.get_by_role("button", name="报告").click()
    menu = page.get_by_role("navigation")
    for address in ("/admin/library/care/", "/admin/reports/closed-days/", "/workbench/reports/"):
        expect(menu.locator(f"a[href='{address}']")).to_be_visible()


def test_a_page_leads_its_editor_to_the_form_and_nobody_else(site: Site, open_page: OpenPage) -> None:
    article = site.signposts["article"]
    page = open_page(article, "editor")
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="修改这个页面").click()
    page.wait_for_url("**/admin/pages/*/edit/")
    expect(page.locator("#id_title")).to_have_value(title)
    for other in ("member", "secretary", None):
        expect(open_page(article, other).get_by_role("link", name="修改这个页面")).to_have_count(0)


def test_what_synonyms_would_change_is_shown_read_aloud_in_a_line_and_never_old(
    open_page: OpenPage, ears: Ears
) -> None:
    page = open_page("/admin/snippets/portal/synonymset/add/?words=巡线、线路巡视", "editor", phone=False)
    lists, status = page.locator("[data-comparison] ol"), page.locator("[data-comparison-status]")
    expect(lists.first).to_be_visible()
    expect(status).to_contain_text("“巡线”最先找到的")
    assert findings(page, within=FIELDS) == []

    ears.forgiven = ("ERR_FAILED", "Failed to load resource", "synonyms/compare")
    page.route("**/synonyms/compare/**", lambda route: route.abort())
    page.locator("#id_words").fill("巡线\n查线")
    expect(page.get_by_role("alert").filter(has_text="刚才没能对比")).to_be_visible()
    expect(lists).to_have_count(0)
    assert findings(page, within=FIELDS) == []
    page.unroute("**/synonyms/compare/**")
    page.locator("#id_words").fill("巡线\n巡查线路")
    expect(lists.first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="刚才没能对比")).to_be_hidden()


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_the_forms_of_the_admin_fit_and_are_accessible(device: str, site: Site, open_page: OpenPage) -> None:
    phone = device == "phone"
    page = open_page("", "editor", phone=phone)
    wrong = []
    for name, place in FORMS.items():
        page.goto(place.format(**site.signposts))
        page.wait_for_function(WATCHING)
        wrong += findings(page, within=FIELDS) + too_wide(page, 390 if phone else 1280)
        picture(page, f"admin-{name}-{device}")
    assert not wrong, "\n\n".join(wrong)
