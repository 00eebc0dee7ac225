"""A course, guide or playlist becomes the files of a pack: pages to open from a stick, films, documents."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.core.clock import now
from cms.courses.exporters.archive import MANIFEST, MOST_BYTES, Archive, Part
from cms.courses.exporters.pack_pages import index_page, lesson_page, library_page, question_rows
from cms.courses.exporters.sources import (
    FILM,
    SOUND,
    STILL,
    bytes_part,
    document_part,
    picture_part,
    rendition_part,
    text_part,
)
from cms.courses.queries.packs import Contents, Subject, contents_for
from cms.lessons.models import MicroLesson
from cms.library.enums import Licence
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import VisibleModel
from cms.taxonomy.queries import is_visible_to, may_leave_site
from cms.videos.captions import Cue, to_vtt

README = "README.txt"


@dataclass(frozen=True)
class Pack:
    """A finished plan of a pack.

    `left_out` counts what belongs to it and stays on the site, `restricted` what is for one organisation only.
    """

    subject: Subject
    archive: Archive
    lessons: int
    left_out: int
    restricted: int
    films: bool

    @property
    def size(self) -> int:
        """The length of the ZIP in bytes."""
        return self.archive.size

    @property
    def fits(self) -> bool:
        """Whether every unpacker and every stick takes it."""
        return self.size <= MOST_BYTES


def pack_of(subject: Subject, user: User, *, films: bool) -> Pack:
    """Return the plan of a pack for the person: with films, or with their sound alone; in the active language."""
    made = Packer(subject, contents_for(subject, user), user, films=films, at=now())
    return made.pack()


@dataclass
class Packer:
    """Gathers the files of one pack; everything is taken once, under a name that is only a number."""

    subject: Subject
    contents: Contents
    user: User
    films: bool
    at: datetime
    parts: dict[str, Part] = field(default_factory=dict)
    documents: dict[int, str] = field(default_factory=dict)
    pictures: dict[int, str] = field(default_factory=dict)
    kept_back: set[tuple[str, int]] = field(default_factory=set)
    restricted: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lesson_names = {key: f"{place:02}" for place, key in enumerate(self.contents.lessons, start=1)}
        copied = [key for key, page in self.contents.pages.items() if page.licence != Licence.LINK_ONLY]
        self.page_names = {key: f"{place:02}" for place, key in enumerate(copied, start=1)}

    def pack(self) -> Pack:
        """Make all pages and gather what they show."""
        for row in (self.subject.page, *self.contents.lessons.values(), *self.contents.pages.values()):
            self.note_restricted(row)
        questions = [self.lesson(lesson) for lesson in self.contents.lessons.values()]
        for key in self.page_names:
            name = f"pages/{self.page_names[key]}.html"
            self.add(text_part(name, library_page(self, self.contents.pages[key])))
        index = index_page(self)
        self.question_pages([(self.subject.title, self.subject.questions), *questions])
        self.add(text_part("index.html", index))
        self.add(bytes_part(README, readme().encode("utf-8-sig")))
        facts = {
            "format": "weike-pack-1",
            "kind": self.subject.kind,
            "title": self.subject.title,
            "made_at": timezone.localtime(self.at).isoformat(timespec="seconds"),
            "films": self.films,
            "left_out": len(self.kept_back),
        }
        archive = Archive(sorted(self.parts.values(), key=reading_order), facts, timezone.localtime(self.at))
        return Pack(
            self.subject,
            archive,
            len(self.contents.lessons),
            len(self.kept_back),
            len(self.restricted),
            self.films,
        )

    def add(self, part: Part) -> str:
        """Take a file in and return its name."""
        self.parts[part.name] = part
        return part.name

    def keep_back(self, kind: str, key: int) -> None:
        """Count something that stays on the site, once."""
        self.kept_back.add((kind, key))

    def note_restricted(self, row: Model | None) -> None:
        """Count something that is for one organisation only, once."""
        if isinstance(row, VisibleModel) and row.visibility == Visibility.ORGANISATION:
            self.restricted.add((row._meta.label_lower, row.pk))

    def lesson_address(self, key: int | None) -> str:
        """Return the page of a lesson in the pack, or nothing."""
        return f"lessons/{self.lesson_names[key]}.html" if key in self.lesson_names else ""

    def page_address(self, key: int | None) -> str:
        """Return where a page lies in the pack, or nothing."""
        return f"pages/{self.page_names[key]}.html" if key in self.page_names else ""

    def lesson(self, lesson: MicroLesson) -> tuple[str, Any]:
        """Take in a lesson: its page, its film or sound, its captions; return its title and questions."""
        stem = f"lessons/{self.lesson_names[lesson.pk]}"
        captions = [caption for caption in lesson.captions.all() if caption.cues]
        tracks = []
        for place, caption in enumerate(sorted(captions, key=lambda row: row.language, reverse=True)):
            text = to_vtt([Cue(cue["start"], cue["end"], cue["text"]) for cue in caption.cues])
            ending = f".{caption.language}.vtt" if place else ".vtt"
            self.add(text_part(f"{stem}{ending}", text))
            tracks.append({"language": caption.language, "label": caption.get_language_display(), "text": text})
        shown = lesson_page(self, lesson, media=self.recording(lesson, stem), tracks=tracks)
        self.add(text_part(f"{stem}.html", shown))
        return str(lesson), self.contents.questions.get(str(lesson.pk), [])

    def recording(self, lesson: MicroLesson, stem: str) -> dict[str, str]:
        """Take in the film, or the sound alone; return what of it the page shows, nothing while it is not made."""
        video = lesson.video
        if video is None or not (video.is_playable and video.is_complete):
            return {}
        if self.films and (film := rendition_part(video, FILM, f"{stem}.mp4")):
            still = rendition_part(video, STILL, f"{stem}.jpg")
            return {"film": self.add(film), "still": self.add(still) if still else ""}
        sound = rendition_part(video, SOUND, f"{stem}.m4a") if video.has_audio else None
        return {"sound": self.add(sound)} if sound else {}

    def document(self, document: SiteDocument | None) -> str:
        """Take in a document that the person may open and take along; return its name, or nothing."""
        if document is None:
            return ""
        if document.pk not in self.documents:
            self.documents[document.pk] = self.taken(document)
        return self.documents[document.pk]

    def taken(self, document: SiteDocument) -> str:
        """Take in a document for the first time."""
        if not (is_visible_to(document, self.user) and may_leave_site(document)):
            self.keep_back("document", document.pk)
            return ""
        part = document_part(document, f"files/{sum(map(bool, self.documents.values())) + 1:02}")
        if part is None:
            return ""
        self.note_restricted(document)
        return self.add(part)

    def picture(self, image: SiteImage | None) -> str:
        """Take in a picture that the person may see and take along; return its name, or nothing."""
        if image is None or not (is_visible_to(image, self.user) and may_leave_site(image)):
            return ""
        if image.pk not in self.pictures:
            part = picture_part(image, f"pictures/{sum(map(bool, self.pictures.values())) + 1:02}")
            self.pictures[image.pk] = self.add(part) if part else ""
        return self.pictures[image.pk]

    def question_pages(self, asked: list[tuple[str, Any]]) -> None:
        """Make the sheet that is handed round and the one with the answers, for whoever leads."""
        groups = [{"title": title, "questions": question_rows(versions)} for title, versions in asked if versions]
        context = {"subject": self.subject, "groups": groups, "up": ""}
        if groups:
            sheet = render_to_string("courses/pack/questions.html", context | {"answers": False})
            self.add(text_part("questions.html", sheet))
        if groups or self.subject.points:
            sheet = render_to_string("courses/pack/questions.html", context | {"answers": True})
            self.add(text_part("leader.html", sheet))


def reading_order(part: Part) -> tuple[bool, bool, str]:
    """Return what puts the pages that one opens first before the rest."""
    return part.name != README, part.name != "index.html", part.name


def readme() -> str:
    """Return what to do with the pack, for those who open the folder first."""
    lines = (
        _("How to use this pack"),
        "",
        _("1. Unpack the whole ZIP onto the stick or the computer: right click, “Extract all”."),
        _("2. Double click index.html. No network is needed."),
        _("3. leader.html holds the questions with their answers, for whoever leads the meeting."),
        _("%(name)s lists every file with its length and SHA-256, to see whether all of it arrived.")
        % {"name": MANIFEST},
        "",
    )
    return "\r\n".join(lines)
