"""The part that opens a stranger's PDF or DOCX: runs in `core.sandbox` as `python -m`, knows neither Django nor database.

Standard input is the file; standard output is its text in UTF-8, at most MAX_TEXT characters. What cannot be read, or
unpacks to more than is sensible, ends with another status than 0.
"""

import sys
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

MAX_TEXT = 200_000
MAX_PAGES = 400
# The text of a thick book is some 3 MB of XML; a bomb says more.
MAX_PART = 24 * 1024 * 1024
DOCUMENT = "word/document.xml"
SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def texts_of_pdf(file: BinaryIO) -> Iterator[str]:
    """Yield the text of each page."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        yield page.extract_text()


def texts_of_docx(file: BinaryIO) -> Iterator[str]:
    """Yield the text of each paragraph. Raises ValueError for a part that unpacks to more than MAX_PART."""
    from defusedxml.ElementTree import iterparse

    with zipfile.ZipFile(file) as archive:
        if archive.getinfo(DOCUMENT).file_size > MAX_PART:
            raise ValueError("too large")
        with archive.open(DOCUMENT) as part:
            words: list[str] = []
            for _event, element in iterparse(part, forbid_dtd=True):
                if element.tag == f"{SPACE}t":
                    words.append(element.text or "")
                elif element.tag == f"{SPACE}p":
                    yield "".join(words)
                    words.clear()
                    element.clear()


def read_text(file: BinaryIO) -> str:
    """Return the text of a PDF or DOCX, whichever it is by its first bytes."""
    start = file.read(4)
    file.seek(0)
    texts = texts_of_docx(file) if start[:2] == b"PK" else texts_of_pdf(file)
    found: list[str] = []
    length = 0
    for text in texts:
        found.append(text)
        length += len(text) + 1
        if length > MAX_TEXT:
            break
    return "\n".join(found)[:MAX_TEXT]


if __name__ == "__main__":
    sys.stdout.buffer.write(read_text(sys.stdin.buffer).encode(errors="replace"))
