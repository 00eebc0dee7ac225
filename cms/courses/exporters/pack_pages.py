"""The pages of a pack: read from a stick by any browser, without scripts, printed as they are."""

import base64
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cms.assets.models import SiteDocument
from cms.core.converters import is_key
from cms.courses.enums import ItemKind
from cms.courses.exporters.plain_html import Resolve, plain_html
from cms.courses.models import GuidePage, Item
from cms.courses.units import units_of
from cms.lessons.enums import CaptionLanguage
from cms.lessons.models import MicroLesson
from cms.library.enums import Licence
from cms.library.models import ContentPage, ResourcePage
from cms.quizzes.kinds import kind_of
from cms.quizzes.models import QuestionVersion

if TYPE_CHECKING:
    from cms.courses.exporters.packing import Packer

# From pages that lie in a folder back to the first one.
UP = "../"
LETTERS = "ABCDEFGH"


def index_page(packer: "Packer") -> str:
    """Return the first page: what is in the pack, in order, and how much is not."""
    subject = packer.subject
    page = subject.page
    units = [
        {"title": unit.title, "rows": [row for item in unit.items if (row := item_row(packer, item))]}
        for unit in units_of(subject.items)
    ]
    context = {
        "subject": subject,
        "page": page,
        "month": page.month if isinstance(page, GuidePage) else None,
        "theme": page.theme if isinstance(page, GuidePage) else "",
        "blocks": blocks_of(packer, page, up="") if page else [],
        "units": units,
        "files": file_rows(packer, subject.files, up=""),
        "has_questions": bool(subject.questions or any(packer.contents.questions.values())),
        "left_out": len(packer.kept_back),
        "restricted": len(packer.restricted),
        "made_at": packer.at,
        "up": "",
    }
    return render_to_string("courses/pack/index.html", context)


def item_row(packer: "Packer", item: Item) -> dict[str, Any] | None:
    """Return one place of the list, or None for what stays on the site: that is only counted."""
    kind, lesson = item.kind, packer.contents.lessons.get(item.lesson_id or 0)
    page = packer.contents.pages.get(item.page_id or 0)
    if kind == ItemKind.GONE or (item.lesson_id and lesson is None) or (item.page_id and page is None):
        packer.keep_back(f"item {item.key}", 0)
        return None
    minutes = lesson.minutes if lesson else item.minutes or (page.minutes if page else None)
    linked = page is not None and page.licence == Licence.LINK_ONLY
    return {
        "title": item.title or str(lesson or page or ""),
        "kind": words_for(kind, page),
        "minutes": minutes,
        "unit": lesson.unit_shown if lesson else "",
        "address": packer.lesson_address(item.lesson_id) or packer.page_address(item.page_id),
        "text": item.text,
        "link": item.url or (link_of(page) if linked else ""),
        "only_linked": linked,
    }


def words_for(kind: ItemKind, page: ContentPage | None) -> str:
    """Return what a place leads to, in words: of a page, what kind of page it is."""
    if page is None:
        return str(kind.label)
    return page.get_kind_display() if isinstance(page, ResourcePage) else str(page._meta.verbose_name)


def link_of(page: ContentPage | None) -> str:
    """Return the address elsewhere that a page is about."""
    return page.link if isinstance(page, ResourcePage) else ""


def lesson_page(
    packer: "Packer", lesson: MicroLesson, *, media: dict[str, str], tracks: Sequence[dict[str, str]]
) -> str:
    """Return the page of a lesson: film or sound, words, what is said, attachments."""
    headings = (_("Show"), _("Do"), _("Realize"))
    documents = [row.document for row in lesson.attachments.all()]
    context = {
        "lesson": lesson,
        "media": {name: with_up(address) for name, address in media.items()},
        # Browsers read no other file for captions where a page lies on a disk; within the page they do.
        "tracks": [track | {"data": base64.b64encode(track["text"].encode()).decode()} for track in tracks],
        "cues": cues_of(lesson),
        "chapters": sorted(lesson.chapters.all(), key=lambda chapter: chapter.start_s),
        "story": [(head, text) for head, text in zip(headings, lesson.story, strict=False) if text.strip()],
        "key_questions": list(lesson.key_questions.all()),
        "files": file_rows(packer, documents, up=UP),
        "up": UP,
    }
    return render_to_string("courses/pack/lesson.html", context)


def cues_of(lesson: MicroLesson) -> list[dict[str, Any]]:
    """Return what is said, to read: in Chinese where there is, else in the first language there is."""
    captions = sorted(lesson.captions.all(), key=lambda caption: caption.language != CaptionLanguage.CHINESE)
    return list(captions[0].cues) if captions else []


def library_page(packer: "Packer", page: ContentPage) -> str:
    """Return a page of the library: its text, its file, what it leads to, where it comes from."""
    resource = page if isinstance(page, ResourcePage) else None
    context = {
        "page": page,
        "resource": resource,
        "cover": with_up(packer.picture(page.cover)),
        "blocks": blocks_of(packer, page, up=UP),
        "files": file_rows(packer, [resource.file] if resource and resource.file else [], up=UP),
        "film": with_up(packer.lesson_address(resource.lesson_id if resource else None)),
        "rows": entry_rows(packer, page),
        "up": UP,
    }
    return render_to_string("courses/pack/page.html", context)


def with_up(name: str) -> str:
    """Return the way from a page in a folder to a file of the pack; nothing for no file."""
    return f"{UP}{name}" if name else ""


def entry_rows(packer: "Packer", page: ContentPage) -> list[dict[str, str]]:
    """Return the pages of a reading list, without those that stay on the site."""
    rows = []
    for entry in packer.contents.entries.get(page.pk, []):
        target = packer.contents.pages.get(entry.target_id)
        if target is None:
            packer.keep_back("page", entry.target_id)
            continue
        address = with_up(packer.page_address(entry.target_id)) or link_of(target)
        rows.append({"title": str(target), "note": entry.note, "address": address})
    return rows


def file_rows(packer: "Packer", documents: Iterable[SiteDocument], *, up: str) -> list[dict[str, Any]]:
    """Return the documents that are in the pack, with names, kinds and sizes."""
    return [
        {
            "title": document.title,
            "address": f"{up}{name}",
            "kind": document.file_extension.upper(),
            "size": packer.parts[name].size,
        }
        for document in documents
        if (name := packer.document(document))
    ]


def blocks_of(packer: "Packer", page: ContentPage, *, up: str) -> list[dict[str, Any]]:
    """Return the text of a page as the template shows it, block by block; `up` is the way to the first page."""
    return [WRITERS[block.block_type](packer, block.value, up) for block in page.body if block.block_type in WRITERS]


def write_words(kind: str) -> Callable[["Packer", Any, str], dict[str, Any]]:
    """Return what writes a heading or a quotation."""
    return lambda _packer, value, _up: {"kind": kind, "text": str(value)}


def write_paragraph(packer: "Packer", value: Any, up: str) -> dict[str, Any]:
    return {"kind": "paragraph", "html": plain_html(value.source, ways_from(packer, up))}


def write_picture(packer: "Packer", value: Any, up: str) -> dict[str, Any]:
    name = packer.picture(value["image"])
    words = {"alt": value["image"].alt_text if value["image"] else "", "caption": value["caption"]}
    return {"kind": "picture", "address": f"{up}{name}" if name else "", **words}


def write_file(packer: "Packer", value: Any, up: str) -> dict[str, Any]:
    rows = file_rows(packer, [value["document"]] if value["document"] else [], up=up)
    return {"kind": "file", "files": rows, "note": value["note"]}


def write_callout(_packer: "Packer", value: Any, _up: str) -> dict[str, Any]:
    return {"kind": "callout", "heading": value["heading"], "text": value["text"]}


WRITERS: dict[str, Callable[["Packer", Any, str], dict[str, Any]]] = {
    "heading": write_words("heading"),
    "quotation": write_words("quotation"),
    "paragraph": write_paragraph,
    "picture": write_picture,
    "file": write_file,
    "callout": write_callout,
}


def ways_from(packer: "Packer", up: str) -> Resolve:
    """Return where links of a text lead in the pack: to its files and pages, or out into the net."""

    def resolve(attrs: dict[str, str]) -> str:
        kind, key = attrs.get("linktype", ""), attrs.get("id", "")
        if kind and not is_key(key):
            return ""
        if kind == "document":
            name = packer.document(SiteDocument.objects.filter(pk=int(key)).first())
        elif kind == "page":
            name = packer.page_address(int(key))
        else:
            address = attrs.get("href", "")
            return address if address.startswith(("https://", "http://")) else ""
        return f"{up}{name}" if name else ""

    return resolve


def question_rows(versions: Iterable[QuestionVersion]) -> list[dict[str, Any]]:
    """Return questions with lettered options; which of them are right is shown on one of the two sheets only."""
    rows = []
    for version in versions:
        kind = kind_of(version.kind)
        options = list(zip(LETTERS, kind.labels(version.options), strict=False))
        rows.append(
            {
                "stem": version.stem,
                "rule": kind.rule(),
                "options": options,
                "right": "、".join(LETTERS[place] for place in sorted(version.answer)),
                "explanation": version.explanation,
                "source": version.source,
            }
        )
    return rows
