"""Sending a video with breaks: a page loaded again, another device, nobody there to convert it."""

import contextlib
import os
import signal
import struct
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from media_pipeline.samples import make_sample
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look
from tests.e2e.people import Ears
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)
NAME = "VID_20261127.mp4"
TITLE = "第三节：应急灯怎么查"
# A free box makes the clip as heavy as a phone's, so that there is time to break off.
WEIGHT = 14_000_000
SPEED = 2_500_000
CONVERSION_MS = 180_000
AT_REST = "视频处理暂时停了"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A heavy recording of a few seconds."""
    path = make_sample(tmp_path / NAME, title="接着传", seconds=2, width=320, height=180)
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", WEIGHT, b"free") + bytes(WEIGHT - 8))
    return path


def note_offsets(context: BrowserContext) -> list[int]:
    """Return a list that will hold where each chunk of the context begins."""
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    context.on("request", note)
    return offsets


def wait_for_chunk(page: Page) -> None:
    """Wait until a chunk sets out that is not the first."""
    with page.expect_request(
        lambda request: request.method == "PATCH" and int(request.headers["upload-offset"]) > 0, timeout=60_000
    ):
        pass


def test_an_upload_goes_on_after_a_reload_and_on_another_device_with_the_lesson_it_was_begun_for(
    clip: Path, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven += ("415",)
    site.line.speed = SPEED // 3
    phone = open_page("/upload/", "member2")
    begun = note_offsets(phone.context)
    with phone.expect_response("**/upload/save/"):
        phone.locator("[data-file]").set_input_files(clip)
    with phone.expect_response("**/upload/save/"):
        phone.locator("[name=title]").fill(TITLE)

    phone.reload()
    look(phone)
    before = len(begun)
    phone.locator("[data-file]").set_input_files(clip)
    wait_for_chunk(phone)
    assert begun[before] > 0
    expect(phone.locator("[name=title]")).to_have_value(TITLE)
    with phone.expect_response("**/upload/save/"):
        phone.locator("[name=show]").fill("按下测试键")
    phone.close()

    stop_worker(site)
    desk = open_page("/upload/", "member2", phone=False)
    went_on = note_offsets(desk.context)
    desk.locator("[data-unfinished]").filter(has_text=TITLE).get_by_role("link").click()
    expect(desk.locator("[name=show]")).to_have_value("按下测试键")
    look(desk)
    choose_wrong_files(desk)
    look(desk)
    went_on.clear()
    resume = desk.locator("[data-stopped] input[data-resume]")
    resume.set_input_files(clip)
    expect(desk.locator("[data-stopped], [data-fault], [data-notice]").filter(visible=True)).to_have_count(0)
    # Left once more, and continued once more: as long as it is neither complete nor gone it stays there.
    desk.locator("[data-change]").click()
    resume.set_input_files(clip)
    site.line.speed = None
    expect(desk.locator("[data-upload] [data-note]")).to_contain_text(AT_REST, timeout=60_000)
    assert went_on[0] >= begun[before]
    look(desk)

    site.servers.start_child("worker")
    expect(desk.locator("[data-upload] [data-preview] video")).to_be_visible(timeout=CONVERSION_MS)
    desk.goto("/lessons/mine/")
    expect(desk.locator(".job h3").filter(has_text=TITLE)).to_have_count(1)


def choose_wrong_files(page: Page) -> None:
    """Go on with another file, and choose one that is no video: neither takes anything away from what was begun."""
    kept = page.locator("[data-upload-field]").input_value()
    page.locator("[data-stopped] input[data-resume]").set_input_files(__file__)
    expect(page.locator("[data-notice]")).to_contain_text("不是同一个文件")
    page.locator("[data-file]").set_input_files(__file__)
    expect(page.locator("[data-fault]")).to_contain_text("不是视频")
    # What was turned away becomes nothing: the draft goes on with what it had.
    expect(page.locator("[data-upload-field]")).to_have_value(kept)


def stop_worker(site: Site) -> None:
    """End the worker, so that nobody converts videos."""
    worker = site.servers.children["worker"]
    worker.terminate()
    worker.wait(30)


def test_an_upload_that_the_site_turns_away_for_a_while_goes_on_by_itself(
    clip: Path, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven += ("503",)
    phone = open_page("/upload/", "member2")
    phone.clock.install()

    def turn_away(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fulfill(status=503, headers={"Retry-After": "5", "Tus-Resumable": "1.0.0"})
        else:
            route.continue_()

    phone.route("**/api/v1/uploads/**", turn_away)
    phone.locator("[data-file]").set_input_files(clip)
    rests = phone.locator("[data-upload]").get_by_text("暂时连不上").first
    for _turn in range(60):
        # The waiting between the attempts passes at once, the answers take their time.
        phone.clock.run_for(4_000)
        phone.wait_for_timeout(250)
        if rests.is_visible():
            break
    expect(rests).to_be_visible()

    phone.unroute("**/api/v1/uploads/**")
    sent = note_offsets(phone.context)
    phone.clock.run_for(21_000)
    phone.clock.resume()
    expect(phone.locator("[data-upload] [data-preview] video")).to_be_visible(timeout=CONVERSION_MS)
    assert sent[0] == 0


def test_the_next_step_waits_for_the_video_that_is_on_its_way_unless_one_insists(
    clip: Path, site: Site, open_page: OpenPage
) -> None:
    site.line.speed = SPEED
    phone = open_page("/upload/", "member2")
    onward = phone.locator("main .up-form .btn.primary[type=submit]")
    phone.locator("[data-file]").set_input_files(clip)
    wait_for_chunk(phone)
    phone.locator("[name=title]").fill("等视频传完再走")
    onward.click()
    expect(phone.locator(".toast")).to_contain_text("视频还在上传")
    expect(phone.locator("[data-autosave-status]").first).to_contain_text("已保存")
    look(phone)
    site.line.speed = None
    phone.wait_for_url("**/lessons/*/edit/", timeout=60_000)
    expect(phone.locator("main")).to_contain_text("等视频传完再走")
    expect(phone.locator("main .player video").first).to_be_visible(timeout=CONVERSION_MS)

    site.line.speed = SPEED
    phone.goto("/upload/")
    phone.locator("[data-file]").set_input_files(clip)
    wait_for_chunk(phone)
    onward.click()
    expect(phone.locator(".toast")).to_be_visible()
    onward.click()
    phone.wait_for_url("**/lessons/*/edit/")
    expect(phone.locator("main")).to_contain_text("上传未完成")
    site.line.speed = None


def test_what_the_site_lost_of_a_file_is_sent_once_more_at_a_press_and_what_was_typed_stays(
    clip: Path, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven += ("410",)
    site.line.speed = SPEED
    phone = open_page("/upload/", "member2")
    phone.locator("[name=title]").fill("丢了再传")
    phone.locator("[data-file]").set_input_files(clip)
    wait_for_chunk(phone)
    lost = phone.locator("[data-upload]").get_attribute("data-upload-id")
    (site.data / "uploads" / uuid.UUID(lost).hex / "data").unlink()
    again = phone.get_by_role("button", name="重新传这个文件")
    again.click()
    wait_for_chunk(phone)
    expect(again).to_be_hidden()
    assert phone.locator("[data-upload]").get_attribute("data-upload-id") != lost
    expect(phone.locator("[name=title]")).to_have_value("丢了再传")
    site.line.speed = None


AWAKE = """
window.locks = [];
Object.defineProperty(navigator, "wakeLock", {value: {request: async () => {
  window.locks.push("asked");
  const lock = new EventTarget();
  lock.release = async () => { window.locks.push("released"); lock.dispatchEvent(new Event("release")); };
  return lock;
}}});
"""


def restart_web(site: Site) -> None:
    """End the web server at once, wherever its requests are, and start it again."""
    web = site.servers.children["web"]
    # Its workers would go on listening for a while: who asks them then gets no answer.
    workers = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    web.kill()
    web.wait(30)
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(worker), signal.SIGKILL)
    site.servers.start_child("web")
    assert site.servers.wait_ready() or site.servers.wait_ready()


def test_an_upload_goes_on_after_the_server_or_the_line_was_gone_and_is_not_sent_twice(
    clip: Path, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven += ("Failed to load resource", "ERR_")
    site.line.speed = SPEED
    phone = open_page("/upload/", "member2")
    phone.add_init_script(AWAKE)
    phone.reload()
    begun = note_offsets(phone.context)
    phone.locator("[data-file]").set_input_files(clip)
    wait_for_chunk(phone)
    restart_web(site)
    wait_for_chunk(phone)
    assert begun[1] > 0
    assert all(later > 0 for later in begun[1:])

    phone.context.set_offline(True)
    expect(phone.locator("[data-upload] [data-head]")).to_contain_text("暂时连不上")
    assert phone.evaluate("window.locks.at(-1)") == "released"
    before = len(begun)
    phone.context.set_offline(False)
    site.line.speed = None
    expect(phone.locator("[data-upload] [data-preview] video")).to_be_visible(timeout=CONVERSION_MS)
    assert begun[before] > 0
    assert phone.evaluate("[window.locks.at(-2), window.locks.at(-1)]") == ["asked", "released"]

    site.line.speed = SPEED
    phone.goto("/upload/")
    phone.locator("[data-file]").set_input_files(clip)
    twin = phone.locator("[data-twin]")
    expect(twin).to_contain_text("以前传过", timeout=60_000)
    look(phone)
    site.line.speed = None
    before = len(begun)
    twin.get_by_role("button").click()
    expect(phone.locator("[data-upload] [data-preview] video")).to_be_visible(timeout=CONVERSION_MS)
    expect(twin).to_be_hidden()
    assert max(begun[before:], default=0) < WEIGHT // 2
