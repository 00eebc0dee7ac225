"""Sheets to hang up or take along, set by us: plain text, and PDF of one page."""

from collections.abc import Sequence

from django.core.files.base import ContentFile

# Widths and places in points; an A4 page.
PAGE = "0 0 595 842"
TITLE_PT, LINE_PT = 20, 13
LEFT, TOP, LEADING = 64, 760, 28


def make_paper(kind: str, title: str, lines: Sequence[str]) -> "ContentFile[bytes]":
    """Return a file of the kind ("txt" or "pdf") that says the lines under the title."""
    content = pdf(title, lines) if kind == "pdf" else "\n".join([title, "", *lines, ""]).encode()
    return ContentFile(content, name=f"{title}.{kind}")


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """Return a PDF in a Chinese font that readers bring along, so that none has to be put into it."""
    stream = page_content(title, lines)
    descriptor = "/Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880]"
    font = "/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    characters = "/Registry (Adobe) /Ordering (GB1) /Supplement 2"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{PAGE}] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        f"<< {font} /DW 1000 /FontDescriptor 7 0 R /CIDSystemInfo << {characters} >> >>".encode(),
        f"<< {descriptor} /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>".encode(),
    ]
    return bound(bodies)


def page_content(title: str, lines: Sequence[str]) -> bytes:
    """Return the drawing of the page: a title and lines below each other."""
    drawn = [f"BT /F {TITLE_PT} Tf {LEFT} {TOP} Td {hexadecimal(title)} Tj", f"/F {LINE_PT} Tf 0 -{LEADING * 2} Td"]
    drawn += [f"{hexadecimal(line)} Tj 0 -{LEADING} Td" for line in lines]
    return "\n".join([*drawn, "ET"]).encode()


def hexadecimal(text: str) -> str:
    """Return the text as PDF writes it in two-byte characters."""
    return f"<{text.encode('utf-16-be').hex()}>"


def bound(bodies: Sequence[bytes]) -> bytes:
    """Return the objects as a file with its table of places."""
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, size = len(file), len(bodies) + 1
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            start,
        )
    )
