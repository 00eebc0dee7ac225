"""Every sentence a person reads stands in the code in English and in a room's catalogue in Chinese."""

import io
import re
from collections import defaultdict
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.architecture.tree import ROOT, files, shown

KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Reading a program word for word takes long; most say nothing to a person.
CALLS = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\(")
LATIN = re.compile(r"[A-Za-z]{2}")
HAN = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”》）][?;!:,]")
# Django's and Wagtail's own catalogues translate their own words, when one of our strings is the same.
PARTS = ROOT / "cms/locale/zh_Hans/LC_MESSAGES/parts"


def chinese() -> dict[str, str]:
    """Return every translated message of the rooms; a plural is found under its singular."""
    found: dict[str, str] = {}
    for part in parts():
        for message in part:
            key = message.id[0] if isinstance(message.id, tuple | list) else message.id
            text = message.string[0] if isinstance(message.string, tuple | list) else message.string
            if key and text and "fuzzy" not in message.flags:
                found[key] = text
    return found


def parts() -> list[Catalog]:
    """Return the rooms' catalogues."""
    read = []
    for part in sorted(PARTS.glob("*.po")):
        with part.open("rb") as file:
            read.append(read_po(file, locale="zh_Hans"))
    return read


def said_in(source: str) -> set[str]:
    """Return the message ids in Python code; templates are turned into such code first."""
    said: set[str] = set()
    for _line, function, messages, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
        # Babel's stub says list, the extractor gives a tuple for several arguments and a text for one.
        several: Any = messages
        parts = [str(part) for part in (several if isinstance(several, tuple | list) else (several,)) if part]
        if function and parts:
            said.add(parts[1] if str(function).startswith("pgettext") else parts[0])
    return said


@cache
def messages() -> dict[str, list[str]]:
    """Return every message id with the files that say it; all files are read once."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in files("cms", "search", suffix=".py"):
        source = path.read_text()
        for message in said_in(source) if CALLS.search(source) else ():
            found[message].append(shown(path))
    for path in files("cms", suffix=".html"):
        # The turned template is no program: only its calls matter, and indentation would be taken for structure.
        turned = templatize(path.read_text(), origin=str(path))
        for message in said_in("\n".join(line.strip() for line in turned.splitlines())):
            found[message].append(shown(path))
    return found


def test_every_message_has_its_chinese() -> None:
    known = chinese()
    assert {message: where for message, where in messages().items() if message not in known} == {}


def test_no_message_stands_twice_in_one_catalogue() -> None:
    assert {part.name: merging().doubles_in(part) for part in PARTS.glob("*.po")} == {
        part.name: [] for part in PARTS.glob("*.po")
    }


def test_a_message_that_stands_twice_is_found_over_several_lines_but_not_with_another_context(tmp_path: Path) -> None:
    part = tmp_path / "room.po"
    part.write_text(
        'msgid ""\nmsgstr ""\n\nmsgid "closed"\nmsgstr "结束"\n\nmsgctxt "door"\nmsgid "closed"\nmsgstr "关"\n\n'
        'msgid ""\n"A long "\n"one."\nmsgstr "一"\n\nmsgid "A long one."\nmsgstr "二"\n'
    )
    assert merging().doubles_in(part) == ["A long one."]


def test_who_reads_a_catalogue_while_it_is_merged_reads_it_whole(tmp_path: Path) -> None:
    older, newer = Catalog(locale="zh_Hans"), Catalog(locale="zh_Hans")
    older.add("closed", "一" * 100)
    merging().write(older, tmp_path, "django")
    with (tmp_path / "django.mo").open("rb") as reader:
        merging().write(newer, tmp_path, "django")
        assert ("一" * 100).encode() in reader.read()
    assert [path.name for path in tmp_path.iterdir()] == ["django.mo"]


def test_only_elder_view_says_the_polite_you() -> None:
    assert {message: text for message, text in chinese().items() if "您" in text} == {}


def merging() -> ModuleType:
    """Return the script that merges the catalogues, which is a command without an ending."""
    loader = SourceFileLoader("merge_catalogue", str(ROOT / "scripts/merge_catalogue"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def test_message_ids_are_english() -> None:
    """An id may quote a Chinese word, such as the heading of a column that people fill in, but it is an English sentence."""
    assert {
        message: where for message, where in messages().items() if HAN.search(message) and not LATIN.search(message)
    } == {}


def test_placeholders_survive_translation() -> None:
    holes = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}|%[sd](?![a-z])")
    plurals = {message.id[0]: message.id[1] for part in parts() for message in part if isinstance(message.id, tuple)}
    wrong = {
        message: text
        for message, text in chinese().items()
        if not set(holes.findall(text)) <= set(holes.findall(message + plurals.get(message, "")))
        and "%" in text + message
    }
    assert wrong == {}


def test_chinese_is_set_in_full_width_punctuation() -> None:
    assert {message: text for message, text in chinese().items() if HALF_WIDTH.search(text)} == {}
