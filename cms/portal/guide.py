"""The editors' guide: docs/editors-guide.md as HTML. Only what the guide uses of Markdown is understood."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

PATH = Path(settings.BASE_DIR) / "docs/editors-guide.md"
HEADING = re.compile(r"(#{1,3}) (.+)")
BULLET = re.compile(r"- (.+)")
STEP = re.compile(r"\d+\. (.+)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Chapter:
    """A heading of the second level with what stands below it."""

    key: str
    title: str
    body: SafeString


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return the chapters in order; the file belongs to the release, so it is read once."""
    parts = re.split(r"^## ", PATH.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(chapter(number, part) for number, part in enumerate(parts, start=1))


def chapter(number: int, part: str) -> Chapter:
    """Return one chapter; the first line is its title."""
    title, _newline, text = part.partition("\n")
    return Chapter(f"chapter-{number}", title.strip(), as_html(text))


def as_html(text: str) -> SafeString:
    """Return paragraphs, lists and headings of the third level as HTML; everything else stands as it was written."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return mark_safe("\n".join(block_html(block) for block in blocks))  # noqa: S308  # every word was escaped


def block_html(block: str) -> str:
    """Return one block as HTML."""
    lines = block.splitlines()
    for pattern, tag in ((BULLET, "ul"), (STEP, "ol")):
        if all(pattern.fullmatch(line) for line in lines):
            return f"<{tag}>{''.join(items(lines, pattern.fullmatch))}</{tag}>"
    heading = HEADING.fullmatch(block)
    return f"<h3>{inline(heading[2])}</h3>" if heading else f"<p>{inline(' '.join(lines))}</p>"


def items(lines: list[str], match: Callable[[str], re.Match[str] | None]) -> Iterator[str]:
    """Yield the items of a list."""
    for line in lines:
        found = match(line)
        if found:
            yield f"<li>{inline(found[1])}</li>"


def inline(text: str) -> str:
    """Return a line with bold words and code, everything escaped."""
    return CODE.sub(r"<code>\1</code>", BOLD.sub(r"<b>\1</b>", html.escape(text)))
