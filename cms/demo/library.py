"""Resources of every kind, reading lists and announcements of the demonstration, published through the review."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.services import add_document, collection_named
from cms.core.clock import today
from cms.demo.calendar import days_ago, living_at
from cms.demo.papers import make_paper
from cms.demo.people import Tree, read_data
from cms.lessons.models import MicroLesson
from cms.lessons.services.groups import LIBRARY_COLLECTION
from cms.library.models import (
    AnnouncementPage,
    ContentPage,
    ReadingListEntry,
    ReadingListPage,
    ResourceLesson,
    ResourcePage,
    SectionPage,
)
from cms.library.services import ensure_sections
from cms.review.services import approve, submit
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Topic
from media_pipeline.samples import make_sound

KEEPER = "yunling"
SOUND_S = 4.0
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def make_library(people: dict[str, User], tree: Tree) -> list[ContentPage]:
    """Make what the library of the county holds: the editor writes, the reviewer approves, each on its day."""
    ensure_sections()
    data, editor, reviewer = read_data("library"), people["editor"], people["reviewer"]
    lessons = list(MicroLesson.objects.published().filter(visibility=Visibility.PUBLIC).order_by("pk"))
    made: dict[str, ContentPage] = {}
    for seed, row in enumerate(data["resources"]):
        # Some should have been looked at again meanwhile.
        row["due_on"] = today() - timedelta(days=row.get("due_days_ago", 0))
        with living_at(days_ago(row["days"])):
            page = resource(row, editor, tree, lessons, seed)
            made[row["title"]] = published(page, row, editor, reviewer)
    for row in data["lists"]:
        with living_at(days_ago(row["days"])):
            page = ReadingListPage()
            page.entries.add(*(entry(made, name, note) for name, note in row["entries"]))
            made[row["title"]] = published(page, placed(page, row, editor, tree), editor, reviewer)
    for row in data["announcements"]:
        first, last = (today() + timedelta(days=day) for day in row["span"])
        with living_at(days_ago(row["days"])):
            page = AnnouncementPage(starts_on=first, ends_on=last)
            made[row["title"]] = published(page, placed(page, row, editor, tree), editor, reviewer)
    return list(made.values())


def entry(made: dict[str, ContentPage], name: str, note: str) -> ReadingListEntry:
    """Return an entry of a reading list."""
    return ReadingListEntry(target=made[name], note=note)


def resource(row: dict[str, Any], editor: User, tree: Tree, lessons: list[MicroLesson], seed: int) -> ResourcePage:
    """Return a resource that is not saved yet, with its file, film or address."""
    page = ResourcePage(kind=row["kind"], link=row.get("link", ""), written_by=row.get("written_by", ""))
    page.published_in = row.get("published_in", "")
    placed(page, row, editor, tree)
    for name in ("minutes", "place", "source", "licence"):
        setattr(page, name, row[name])
    if "file" in row:
        page.file = make_file(row, editor, seed)
    fitting = [one for one in lessons if row["topics"][0] in {topic.slug for topic in one.topics.all()}]
    if row["kind"] == "film":
        page.lesson = next(iter(fitting), None)
    related = [] if row["kind"] == "film" else fitting[:2]
    page.related_lessons.add(*(ResourceLesson(lesson=lesson) for lesson in related))
    return page


def placed(page: Any, row: dict[str, Any], editor: User, tree: Tree) -> dict[str, Any]:
    """Fill in what every page has and return the row."""
    page.title, page.lead, page.live = row["title"], row["lead"], False
    page.owner = page.responsible = editor
    page.organisation = tree[KEEPER]
    if "due_days_ago" in row:
        page.review_by = row["due_on"]
    if "below" in row:
        page.visibility, page.visible_organisation = Visibility.ORGANISATION, tree[row["below"]]
    page.body = [{"type": "paragraph", "value": f"<p>{text}</p>"} for text in row.get("paragraphs", ())]
    return row


def published(page: Any, row: dict[str, Any], editor: User, reviewer: User) -> Any:
    """Put the page below its section, hand it in and approve it; a note says what the second version changed."""
    SectionPage.objects.get(slug=page.section).add_child(instance=page)
    page.topics.set(Topic.objects.filter(slug__in=row.get("topics", ())))
    page.audiences.set(Audience.objects.filter(slug__in=row.get("audiences", ())))
    for note in ["", row["note"]] if row.get("note") else [""]:
        page.change_note = note
        page.save_revision(user=editor)
        submit(page, actor=editor)
        approve(type(page).objects.get(pk=page.pk), actor=reviewer)
        page = type(page).objects.get(pk=page.pk)
    return page


def make_file(row: dict[str, Any], owner: User, seed: int) -> SiteDocument:
    """Return the file of a resource, made here: PDF, DOCX or sound."""
    kind, title = row["file"], row["title"]
    if kind == "m4a":
        with tempfile.TemporaryDirectory() as folder:
            sound = make_sound(Path(folder) / "sound.m4a", seconds=SOUND_S, seed=seed).read_bytes()
        file = ContentFile(sound, name=f"{title}.m4a")
    elif kind == "docx":
        file = ContentFile(docx([title, *row["lines"]]), name=f"{title}.docx")
    else:
        file = make_paper("pdf", title, row["lines"])
    return add_document(owner, file=file, title=title, collection=collection_named(LIBRARY_COLLECTION))


def docx(lines: Sequence[str]) -> bytes:
    """Return a Word file with one paragraph for each line."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{DOCUMENT_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATED}"><Relationship Id="r1" Type="{OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body>{paragraphs}</w:body></w:document>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return made.getvalue()
