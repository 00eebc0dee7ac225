import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, cast

import pytest

from cms.courses.exporters.archive import MOST_BYTES, Archive, Part, SourceChanged
from cms.courses.exporters.pack_pages import ways_from
from cms.courses.exporters.plain_html import plain_html

if TYPE_CHECKING:
    from cms.courses.exporters.packing import Packer

AT = datetime(2026, 12, 3, 14, 0)  # noqa: DTZ001  # a ZIP knows no zones


def blocks(count: int, size: int) -> Iterator[bytes]:
    for number in range(count):
        yield bytes([number % 251]) * size


def test_fifty_megabytes_pass_through_a_few_blocks_of_memory() -> None:
    count, size = 200, 256 << 10
    archive = Archive([Part("lessons/01.mp4", count * size, lambda: blocks(count, size))], {}, AT)
    tracemalloc.start()
    sent = largest = 0
    for block in archive.stream():
        sent += len(block)
        largest = max(largest, len(block))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent == archive.size == 52_428_800 + 30 + 16 + 46 + 2 * 14 + 92 + 26 + archive_list(archive) + 22
    assert largest < 2 * size
    assert most < 8 * size


def archive_list(archive: Archive) -> int:
    return len(archive.manifest(["0" * 64]))


@pytest.mark.parametrize("length", [9, 11, 0])
def test_a_file_that_changes_while_it_is_sent_breaks_the_sending_off(length: int) -> None:
    archive = Archive([Part("files/01.pdf", 10, lambda: iter([b"x" * length]))], {}, AT)
    with pytest.raises(SourceChanged):
        b"".join(archive.stream())


@pytest.mark.parametrize(
    "name", ["../a.pdf", "/a.pdf", "a\\b.pdf", "a/b/c.pdf", "名.pdf", "a b.pdf", "a.pdf.", ".a", "C:a.pdf", "a"]
)
def test_a_name_that_some_system_does_not_take_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        Part(name, 0, lambda: iter([]))


def test_a_pack_stays_below_what_old_unpackers_read() -> None:
    assert MOST_BYTES < zipfile.ZIP64_LIMIT


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>aalert(1)</p>"),
        ('<p onclick="x">a &lt;b&gt; &amp;</p>', "<p>a &lt;b&gt; &amp;</p>"),
        ('<a href="/lessons/3/">课</a>', "课"),
        ('<a href="javascript:alert(1)">课</a>', "课"),
        ('<a href="https://a.example/?b=1&amp;c=2">课</a>', '<a href="https://a.example/?b=1&amp;c=2">课</a>'),
        ("<ul><li>a<br/>b</li></ul></a>", "<ul><li>a<br>b</li></ul>"),
        ('<embed embedtype="image" id="3"/>', ""),
    ],
)
def test_a_text_keeps_a_few_tags_and_links_that_lead_somewhere(source: str, shown: str) -> None:
    def resolve(attrs: dict[str, str]) -> str:
        address = attrs.get("href", "")
        return address if address.startswith("https://") else ""

    assert plain_html(source, resolve) == shown


@pytest.mark.parametrize("kind", ["document", "page"])
@pytest.mark.parametrize("key", ["9" * 5000, "٣", "-1", ""])
def test_a_link_whose_key_can_be_none_leads_nowhere_and_asks_nobody(kind: str, key: str) -> None:
    assert ways_from(cast("Packer", None), "../")({"linktype": kind, "id": key}) == ""
