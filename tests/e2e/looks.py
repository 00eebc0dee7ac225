"""What must hold on every page a person sees: nothing for axe to say, nothing that scrolls sideways."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "var" / "screenshots"


class Pictures:
    """Whether pictures of pages are kept: people look at them, tests do not, and they cost a minute."""

    wanted = False


page_pictures = Pictures()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def bring_axe(page: Page) -> None:
    """Let every page that is opened from now on bring axe along, which costs less than sending it to each."""
    page.add_init_script(path=AXE)


def findings(page: Page, *rules: str, within: str = "") -> list[str]:
    """Return what axe finds: by all rules of WCAG 2.2 AA and good practice, or by the named ones; `within` a selector."""
    if not page.evaluate("Boolean(window.axe)"):
        # Evaluated by the browser itself: the page's content policy stays in force.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    # A report of what is wrong and nothing else takes a sixth less.
    options = {"runOnly": only, "resultTypes": ["violations"], "reporter": "no-passes"}
    place = json.dumps({"include": [[within]]}) if within else "document"
    run = f"axe.run({place}, {json.dumps(options)})"
    found: list[dict[str, Any]] = page.evaluate(f"{run}.then((found) => found.violations)")
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['html'][:160]} {reasons(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def reasons(node: dict[str, Any]) -> str:
    """Return what axe says is wrong with a part of the page."""
    return "; ".join(check["message"] for kind in ("all", "none", "any") for check in node[kind])


# Which parts reach out is looked for only where something does: all boxes of a long page are many.
TOO_WIDE = """(width) => {
  const beyond = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const reaches = (node) => node.getBoundingClientRect().right > width + 1;
  const wide = beyond > 0 ? [...document.querySelectorAll("body *")].filter(reaches) : [];
  return [beyond, wide.slice(0, 5).map((node) => node.outerHTML.slice(0, 120))];
}"""


def too_wide(page: Page, width: int) -> list[str]:
    """Return what reaches beyond the screen when it is so many pixels wide."""
    size = page.viewport_size or {"width": width, "height": 844}
    other = width != size["width"]
    if other:
        page.set_viewport_size({"width": width, "height": size["height"]})
    wrong = sticking_out(page, width)
    if other:
        page.set_viewport_size(size)
    return wrong


def sticking_out(page: Page, width: int) -> list[str]:
    """Return what reaches beyond the screen, which is so many pixels wide."""
    beyond, wide = page.evaluate(TOO_WIDE, width)
    return [f"{page.url} at {width}: {beyond} px too wide: {wide}"] if beyond > 0 else []


# By its middle: in large letters a tab may be wider than the screen.
TABS_OUT_OF_SIGHT = """() => [...document.querySelectorAll(".tabs [aria-current]")].filter((tab) => {
  const [own, row] = [tab, tab.parentElement].map((node) => node.getBoundingClientRect());
  const middle = (own.left + own.right) / 2;
  return middle < row.left || middle > row.right;
}).map((tab) => tab.textContent)"""


def tabs_out_of_sight(page: Page) -> list[str]:
    """Return the open tabs that one has to look for."""
    hidden: list[str] = page.evaluate(TABS_OUT_OF_SIGHT)
    return [f"{page.url}: the tab {name} is open and out of sight" for name in hidden]


# A larger picture may be chosen for a larger place; what is far below is fetched when somebody comes near it.
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const fetched = [...document.images].filter((image) => image.loading !== "lazy" && !image.complete);
  await Promise.all(fetched.map((image) => image.decode().catch(() => null)));
}"""


def resize(page: Page, size: ViewportSize) -> None:
    """Give the page's window that size, and wait until it is drawn in it with the pictures chosen for it."""
    page.set_viewport_size(size)
    page.evaluate(SETTLED)


def look(page: Page) -> None:
    """Look at the page as it is now.

    Raises AssertionError with everything that is wrong.
    """
    width = (page.viewport_size or {"width": 390})["width"]
    wrong = findings(page) + too_wide(page, width)
    assert not wrong, "\n\n".join(wrong)


def picture(page: Page, name: str, size: ViewportSize | None = None) -> None:
    """Keep a picture of the whole page where `--pictures` asks for it; the bar at the foot would lie across its middle."""
    if not page_pictures.wanted:
        return
    if size:
        resize(page, size)
    page.evaluate("() => document.querySelector('.tabbar')?.style.setProperty('position', 'static')")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, scale="css")


def play(page: Page, player: Locator, *, seconds: float) -> float:
    """Start the player and wait until the picture has moved on by so much; return where it is."""
    video = player.locator("video")
    start = float(video.evaluate("video => video.currentTime"))
    player.locator("[data-act=start]:visible, [data-act=play]:visible").first.click()
    handle = video.element_handle()
    page.wait_for_function("([video, until]) => video.currentTime >= until", arg=[handle, start + seconds])
    return float(video.evaluate("video => video.currentTime"))


TOO_SMALL = """([text, target]) => {
  const wrong = [];
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box.width > 1 && box.height > 1;
  };
  const told = (node) => `${node.tagName.toLowerCase()}.${node.className} ${(node.innerText || node.ariaLabel || "").slice(0, 30)}`;
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim());
    if (!own || !seen(node) || node.closest(".sr, svg, noscript, script")) continue;
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (size < text) wrong.push(`${size} px text: ${told(node)}`);
  }
  // A link in a sentence is as high as its line; a box to tick is as large as the label around it.
  const inSentence = (node) => node.tagName === "A" && getComputedStyle(node).display === "inline";
  const controls = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  for (const node of document.querySelectorAll(controls)) {
    if (!seen(node) || node.closest(".sr, .skip") || inSentence(node)) continue;
    const area = (node.matches("[type=checkbox], [type=radio], [type=file]") && node.closest("label")) || node.closest("[data-target]") || node;
    const box = area.getBoundingClientRect();
    if (box.width < target - 0.5 || box.height < target - 0.5) {
      wrong.push(`${Math.round(box.width)} x ${Math.round(box.height)} px target: ${told(node)}`);
    }
  }
  return wrong;
}"""


def too_small(page: Page, *, text_px: int, target_px: int) -> list[str]:
    """Return text and targets below these sizes; links inside sentences and text for screen readers left out."""
    found: list[str] = page.evaluate(TOO_SMALL, [text_px, target_px])
    return [f"{page.url} {what}" for what in found]


# A run of English words in a Chinese page, where nothing says that it is English. Devices name themselves as they do.
ENGLISH = """() => {
  const foreign = /[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}/;
  const wrong = [];
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest("svg, script, noscript, code, [lang]:not(html)")) continue;
    const own = [...node.childNodes].filter((part) => part.nodeType === 3).map((part) => part.textContent).join(" ");
    for (const text of [own, node.ariaLabel, node.title, node.placeholder, node.alt]) {
      if (text && foreign.test(text) && !text.includes("Mozilla/")) {
        wrong.push(`${node.tagName.toLowerCase()}.${node.className}: ${text.trim().slice(0, 80)}`);
      }
    }
  }
  return wrong;
}"""


def english_words(page: Page) -> list[str]:
    """Return what the page says in English though it is shown in Chinese."""
    found: list[str] = page.evaluate(ENGLISH)
    return [f"{page.url} {what}" for what in found]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on the element.

    Raises AssertionError when it does not come there.
    """
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector} on {page.url}")
