"""The three persons' story in a real browser: a phone video becomes a lesson that others find, watch and answer."""

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from media_pipeline.samples import make_phone_clip
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look, play
from tests.e2e.people import Ears
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)

TITLE = "村口老水窖，这样修不再漏"
WORDS = "水窖"
REASON = "第二条请写明防水砂浆的配比，别人才能照着做。"
ANSWER = "已经补上配比：水泥一份，细砂两份。"
NOTE = "回家先看进水口的滤网。"
CAPTIONS = "先把窖壁的裂缝凿开\n再用防水砂浆抹平\n三天以后放水试一试"
EXPLANATION = "三天以后砂浆才够硬。"
# A free box makes the short clip as heavy as a phone's, so that the way is long enough for a cut.
WEIGHT = 7_000_000
SPEED = 1_500_000
CUT_AFTER = 3_200_000
CONVERSION_MS = 180_000


@dataclass
class Story:
    """What one part of the story hands to the next."""

    clip: Path
    lesson: str = ""
    offsets: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A phone's recording: portrait by rotation, HEVC with 10 bit and HLG, uneven frame rate."""
    clip = make_phone_clip(tmp_path_factory.mktemp("phone") / "VID_20261122.mov", title=TITLE, seconds=7)
    with clip.open("ab") as file:
        file.write(struct.pack(">I4s", WEIGHT, b"free") + bytes(WEIGHT - 8))
    return Story(clip)


def press(page: Page, selector: str = "main form .btn.primary[type=submit]") -> None:
    """Press the page's one primary button."""
    page.locator(selector).filter(visible=True).first.click()


def choose(page: Page, name: str, value: str) -> None:
    """Choose a radio or a box by its words."""
    page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()


def open_notice(page: Page, words: str) -> None:
    """Open the newest notice with these words."""
    page.goto("/notices/")
    look(page)
    page.locator(".notice").filter(has_text=words).first.get_by_role("button").click()


def test_a_member_sends_a_phone_video_over_a_line_that_breaks_and_hands_the_lesson_in(
    story: Story, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven = ("net::ERR_CONNECTION", "net::ERR_EMPTY_RESPONSE", "net::ERR_SOCKET")
    page = open_page("/", "member")
    look(page)
    page.get_by_role("navigation").filter(visible=True).get_by_role("link", name="上传").click()
    page.wait_for_url("**/upload/")
    look(page)
    send(page, story, site)
    write(page)
    arrive(page, story, site)
    press(page)
    page.wait_for_url("**/lessons/*/edit/")
    story.lesson = page.url.split("/")[-3]
    look(page)
    press(page)
    caption(page)
    ask(page)
    page.wait_for_url("**/attachments/")
    look(page)
    page.locator("main button[name=next]").click()
    consent(page)
    page.wait_for_url("**/submit/")
    look(page)
    press(page)
    page.wait_for_url("**/lessons/mine/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    look(page)


def send(page: Page, story: Story, site: Site) -> None:
    """Choose the recording; the line is slow and will break on the way."""

    def note(request: object) -> None:
        method, headers = request.method, request.headers  # type: ignore[attr-defined]  # Playwright's Request
        if method == "PATCH":
            story.offsets.append(int(headers["upload-offset"]))

    page.context.on("request", note)
    site.line.speed = SPEED
    site.line.cut_next_chunk(after_bytes=CUT_AFTER, silence_s=3)
    page.locator("[data-file]").set_input_files(story.clip)
    expect(page.locator("[data-upload] progress")).to_be_visible()


def write(page: Page) -> None:
    """Fill in the lesson while the recording is on its way."""
    page.locator("[name=prompt_resource]").fill("老支书家门前的水窖，瓦工老周修的。")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=digest]").fill("先凿缝\n再抹浆\n等三天")
    page.locator("[name=show]").fill("窖壁哪里渗水。")
    page.locator("main label:has(input[name=topics])").first.click()
    expect(page.locator("[data-autosave-status]").first).not_to_be_empty()


def arrive(page: Page, story: Story, site: Site) -> None:
    """Wait until everything has arrived and the preview plays; the cut must have cost only its own chunk."""
    expect(page.locator("[data-upload] [data-preview] video")).to_be_visible(timeout=CONVERSION_MS)
    site.line.speed = None
    assert site.line.cuts == 1
    assert story.offsets.count(0) == 1
    assert story.offsets == sorted(story.offsets)
    sent = hashlib.sha256(story.clip.read_bytes()).hexdigest()
    kept = [path for path in site.originals.rglob("*") if path.is_file()]
    assert sent in {hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}
    assert play(page, page.locator("#preview"), seconds=1) >= 1


def caption(page: Page) -> None:
    """Type the captions."""
    page.wait_for_url("**/captions/")
    look(page)
    page.locator("[name=lines]").fill(CAPTIONS)
    page.locator("[name=checked]").check()
    press(page)


def ask(page: Page) -> None:
    """Ask one question with its explanation, and answer what people often ask."""
    page.wait_for_url("**/questions/")
    look(page)
    page.locator("[name=q-0-stem]").fill("抹完砂浆，几天以后放水？")
    for number, option in enumerate(("当天", "三天", "一个月"), 1):
        page.locator(f"[name=q-0-option_{number}]").fill(option)
    choose(page, "q-0-right", "2")
    page.locator("[name=q-0-explanation]").fill(EXPLANATION)
    page.locator("[name=k-0-question]").fill("没有防水砂浆怎么办？")
    page.locator("[name=k-0-answer]").fill("镇上农资店有小袋的。")
    press(page)


def consent(page: Page) -> None:
    """Answer the four questions about people and secrets."""
    page.wait_for_url("**/consent/")
    look(page)
    choose(page, "people", "agreed")
    choose(page, "minors", "none")
    page.locator("[name=no_secrets]").check()
    page.locator("[name=rights_clear]").check()
    press(page)


def test_the_secretary_returns_it_with_a_reason_and_the_author_answers(story: Story, open_page: OpenPage) -> None:
    desk = open_page("/workbench/", "secretary", phone=False)
    look(desk)
    desk.get_by_role("link", name=TITLE).first.click()
    desk.wait_for_url("**/workbench/review/*/")
    look(desk)
    play(desk, desk.locator("#player"), seconds=1)
    desk.locator("[name=comment]").fill(REASON)
    desk.locator("button[name=decision][value=return]").click()
    expect(desk.locator("[name=decision]")).to_have_count(0)

    phone = open_page("/", "member")
    open_notice(phone, TITLE)
    expect(phone.get_by_role("main")).to_contain_text(REASON)
    phone.goto(f"/lessons/{story.lesson}/edit/")
    expect(phone.get_by_role("main")).to_contain_text(REASON)
    look(phone)
    phone.locator("[name=digest]").fill("先凿缝\n抹浆：水泥一份，细砂两份\n等三天")
    press(phone)
    phone.wait_for_url("**/captions/")
    phone.goto(f"/lessons/{story.lesson}/submit/")
    phone.locator("[name=answer]").fill(ANSWER)
    press(phone)
    phone.wait_for_url("**/lessons/mine/")


def test_the_secretary_passes_it_on_and_the_editor_publishes_it_in_the_admin(
    story: Story, open_page: OpenPage
) -> None:
    desk = open_page("/workbench/", "secretary", phone=False)
    desk.get_by_role("link", name=TITLE).first.click()
    expect(desk.get_by_role("main")).to_contain_text(ANSWER)
    desk.locator("button[name=decision][value=approve]").click()
    expect(desk.locator("[name=decision]")).to_have_count(0)

    admin = open_page("/admin/", "editor", phone=False)
    admin.locator("main a[href*='/microlesson/edit/']").filter(has_text=TITLE).first.click()
    admin.wait_for_url(f"**/lessons/microlesson/edit/{story.lesson}/**")
    admin.locator("footer .w-dropdown__toggle").click()
    admin.locator("[data-workflow-action-name=approve]").filter(visible=True).first.click()
    dialog = admin.locator(".modal-content")
    dialog.get_by_label("小：").check()
    with admin.expect_navigation():
        dialog.get_by_role("button", name="通过").click()
    visitor = open_page(f"/lessons/{story.lesson}/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_another_member_finds_it_by_two_characters_watches_answers_and_sees_it_in_the_record(
    story: Story, open_page: OpenPage
) -> None:
    page = open_page("/", "member2")
    find(page)
    look(page)
    watch(page)
    keep_a_note(page)
    answer(page)
    page.goto("/me/record/")
    look(page)
    entry = page.get_by_role("article").filter(has_text=TITLE)
    entry.locator("summary").click()
    expect(entry).to_contain_text("题目答对")
    expect(entry).to_contain_text("微课学时规则")


def find(page: Page) -> None:
    """Search by two characters; the box suggests, the results lead to the lesson."""
    page.get_by_role("link", name="搜索").filter(visible=True).first.click()
    page.wait_for_url("**/search/")
    look(page)
    box = page.locator("#search-q")
    box.press_sequentially(WORDS)
    expect(page.get_by_role("option").filter(has_text=TITLE).first).to_be_visible()
    look(page)
    box.press("Enter")
    page.wait_for_url("**/search/?q=**")
    look(page)
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def watch(page: Page) -> None:
    """Watch to the end; the transcript follows, and leads back."""
    player = page.locator("#player")
    play(page, player, seconds=1)
    expect(page.locator("[data-transcript] [aria-current=true]")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('#player video').ended", timeout=30_000)
    lines = page.locator("[data-transcript] button[data-start]")
    start = float(lines.nth(1).get_attribute("data-start") or 0)
    lines.nth(1).click()
    page.wait_for_function(
        "start => Math.abs(document.querySelector('#player video').currentTime - start) < 1.5", arg=start
    )


def keep_a_note(page: Page) -> None:
    """Write something down that nobody else sees."""
    page.locator("#note-text").fill(NOTE)
    page.locator("[data-note-form] button[type=submit]").click()
    expect(page.locator(".saved").filter(has_text=NOTE)).to_be_visible()


def answer(page: Page) -> None:
    """Answer wrong, read why, answer right."""
    for option, verdict in (("当天", ".is-wrong"), ("三天", ".is-right")):
        quiz = page.locator("section.quiz")
        quiz.get_by_label(option).check()
        quiz.locator("button[type=submit]").click()
        expect(page.locator(f"section.quiz {verdict}").first).to_be_visible()
        expect(page.locator("section.quiz")).to_contain_text(EXPLANATION)
        look(page)
        if verdict == ".is-wrong":
            page.locator("section.quiz a.btn").click()
