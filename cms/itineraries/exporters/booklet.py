"""A route as a small printed booklet (PDF, 148 × 210 mm): the drawing, each day with its stops, room for notes."""

import hashlib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import WrapMode

from cms.itineraries.exporters.font import font_for
from cms.venues.schematic import HEIGHT, WIDTH

MARGIN_MM = 14.0
PAGE_MM = 148.0
TEXT_MM = PAGE_MM - 2 * MARGIN_MM
INK, PALE, RED, PAPER = (31, 27, 22), (106, 97, 86), (179, 38, 30), (244, 239, 230)
BODY_PT, SMALL_PT, HEAD_PT, TITLE_PT = 10.5, 9.0, 13.0, 20.0
LINE = 1.6
POINT_MM = 0.3528
KEPT_S = 24 * 60 * 60
# A booklet is a few pages; what is longer was not meant to be carried.
MOST_LETTERS = 60_000
NOTE_LINES = 4


def booklet_of(told: dict[str, Any], *, stamp: str) -> bytes:
    """Return the PDF of what `told` says; the same words give the same bytes, kept for a day.

    `told` holds title, lead, facts, alert, days (as `cards.days_of` makes them), prepare, map; `stamp` names the version.
    """
    words = letters_of(told)[:MOST_LETTERS]
    digest = hashlib.sha256(f"{stamp}\n{words}".encode()).hexdigest()
    key = f"itineraries.booklet.{get_language()}.{digest}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = drawn(told, words)
        cache.set(key, kept, KEPT_S)
    return kept


def letters_of(told: Any) -> str:
    """Return every text in the structure, in its order."""
    if isinstance(told, dict):
        return "\n".join(letters_of(value) for value in told.values())
    if isinstance(told, list | tuple):
        return "\n".join(letters_of(value) for value in told)
    return told if isinstance(told, str) else str(told) if isinstance(told, int | float) else ""


def drawn(told: dict[str, Any], words: str) -> bytes:
    """Draw the booklet."""
    with TemporaryDirectory(prefix="weike-booklet-") as folder:
        path = Path(folder) / "letters.ttf"
        path.write_bytes(font_for(words + fixed_words()))
        pdf = FPDF(format=(PAGE_MM, 210.0))
        pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        pdf.add_font("letters", fname=str(path))
        pdf.set_margin(MARGIN_MM)
        pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
        pdf.set_title(told["title"])
        pdf.add_page()
        cover(pdf, told)
        for day in told["days"]:
            draw_day(pdf, day, told)
        return bytes(pdf.output())


def fixed_words() -> str:
    """Return the letters that the booklet itself adds to what it is told; a phrase missing here is printed as empty boxes."""
    plain = "".join(map(chr, range(32, 127)))
    phrases = (
        _("Before the group sets out"),
        _("A drawing, not to scale."),
        *(heading_of(1, days) for days in (1, 2)),
        meeting_at(""),
        staying(0),
    )
    return plain + "–→，。·" + "".join(phrases)


def heading_of(number: int, days: int) -> str:
    """Return the heading of a day's pages."""
    return _("Day %(number)s") % {"number": number} if days > 1 else _("Plan of the day")


def meeting_at(point: str) -> str:
    """Return where the group meets."""
    return _("Meet at %(point)s") % {"point": point}


def staying(minutes: int) -> str:
    """Return how long the group stays at a stop."""
    return _("%(minutes)s min") % {"minutes": minutes}


def write(pdf: FPDF, text: str, size: float, colour: tuple[int, int, int] = INK, *, indent: float = 0.0) -> None:
    """Write a paragraph across the page."""
    pdf.set_font("letters", size=size)
    pdf.set_text_color(*colour)
    pdf.set_x(MARGIN_MM + indent)
    pdf.multi_cell(
        TEXT_MM - indent,
        size * POINT_MM * LINE,
        printable(text),
        new_x="LMARGIN",
        new_y="NEXT",
        align="L",
        wrapmode=WrapMode.CHAR,
    )


def printable(text: str) -> str:
    """Return the text without control characters, line ends apart."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


def cover(pdf: FPDF, told: dict[str, Any]) -> None:
    """Draw the first page: title, facts, the map, what to prepare."""
    write(pdf, told["title"], TITLE_PT)
    if told["lead"]:
        write(pdf, told["lead"], BODY_PT, PALE)
    write(pdf, " · ".join(told["facts"]), SMALL_PT, PALE)
    pdf.ln(3)
    if told["alert"]:
        write(pdf, f"{told['alert']['title']}。{told['alert']['text']}", BODY_PT, RED)
        pdf.ln(3)
    if told["map"]:
        draw_map(pdf, told["map"])
        write(pdf, _("A drawing, not to scale."), SMALL_PT, PALE)
        pdf.ln(3)
    if told["prepare"]:
        write(pdf, _("Before the group sets out"), HEAD_PT)
        for line in told["prepare"]:
            write(pdf, f"· {line}", BODY_PT)


def draw_map(pdf: FPDF, shown: dict[str, Any]) -> None:
    """Draw the schematic of the page, in millimetres."""
    scale, left, top = TEXT_MM / WIDTH, MARGIN_MM, pdf.get_y()
    pdf.set_fill_color(*PAPER)
    pdf.rect(left, top, TEXT_MM, HEIGHT * scale, style="F")
    dots = [row["dot"] for row in shown["dots"]]
    pdf.set_draw_color(*PALE)
    pdf.set_line_width(0.6)
    for one, other in pairwise(dots):
        pdf.line(left + one.x * scale, top + one.y * scale, left + other.x * scale, top + other.y * scale)
    for row in shown["dots"]:
        draw_stop(pdf, row, left=left, top=top, scale=scale)
    pdf.set_y(top + HEIGHT * scale + 1)


def draw_stop(pdf: FPDF, row: dict[str, Any], *, left: float, top: float, scale: float) -> None:
    """Draw one numbered stop with its name."""
    dot, radius = row["dot"], 3.4
    x, y = left + dot.x * scale, top + dot.y * scale
    pdf.set_fill_color(*((255, 255, 255) if row["css"] == "is-shut" else RED))
    pdf.set_draw_color(*RED)
    pdf.circle(x, y, radius, style="FD")
    pdf.set_text_color(*(RED if row["css"] == "is-shut" else (255, 255, 255)))
    pdf.set_font("letters", size=SMALL_PT)
    number = str(row["number"])
    pdf.text(x - pdf.get_string_width(number) / 2, y + 1.1, number)
    pdf.set_text_color(*INK)
    for height, line in dot.label_lines:
        text = printable(line)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[dot.anchor] * pdf.get_string_width(text)
        pdf.text(left + dot.label_x * scale - shift, top + height * scale, text)


def draw_day(pdf: FPDF, day: dict[str, Any], told: dict[str, Any]) -> None:
    """Draw a day on pages of its own, with lines for notes after each stop."""
    pdf.add_page()
    write(pdf, heading_of(day["number"], len(told["days"])), HEAD_PT)
    write(pdf, day["date"], SMALL_PT, PALE)
    pdf.ln(2)
    if "meet" in day:
        meet = day["meet"]
        write(pdf, f"{meet['time']}  {meeting_at(meet['point'])}", BODY_PT)
        if meet["way"]:
            write(pdf, meet["way"], SMALL_PT, PALE, indent=14)
        pdf.ln(1)
    for row in day["rows"]:
        draw_row(pdf, row)


def draw_row(pdf: FPDF, row: dict[str, Any]) -> None:
    """Draw a stop: time, name, what clashes, what belongs to it, lines for notes, the way on."""
    write(pdf, f"{row['time']}  {row['number']} {row['name']}", BODY_PT + 1)
    for clash in row["clashes"]:
        write(pdf, clash["words"], SMALL_PT, RED if clash["hard"] else PALE, indent=14)
    facts = [staying(row["stay"]), row["hours"], row["facts"], row["note"]]
    write(pdf, " · ".join(fact for fact in facts if fact), SMALL_PT, PALE, indent=14)
    if row["lesson"]:
        write(pdf, row["lesson"]["title"], BODY_PT, indent=14)
    if row["discussion"]:
        write(pdf, row["discussion"], BODY_PT, indent=14)
    if row["speaker"]:
        write(pdf, row["speaker"]["words"], BODY_PT, indent=14)
    pdf.set_draw_color(*PAPER)
    pdf.set_line_width(0.3)
    for _line in range(NOTE_LINES if row["discussion"] else 0):
        pdf.ln(7)
        pdf.line(MARGIN_MM + 14, pdf.get_y(), MARGIN_MM + TEXT_MM, pdf.get_y())
    if row["way"]:
        pdf.ln(2)
        write(pdf, row["way"]["words"], SMALL_PT, PALE, indent=14)
    pdf.ln(3)
