"""What a pack for a place without a line is made of; texts of pages find their own files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.courses.models import BranchGuide, CourseItem, CoursePage, GuideItem, GuidePage, Item, Playlist
from cms.courses.queries.courses import COURSE_QUIZ
from cms.courses.queries.guides import BranchLine, lines_of_copy
from cms.courses.queries.states import LESSON_QUIZ
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_watching, visible_lessons
from cms.library.enums import Licence
from cms.library.models import ContentPage, ReadingListEntry, ReadingListPage, ResourcePage
from cms.library.queries import visible_pages
from cms.organisations.models import Organisation
from cms.quizzes.models import QuestionVersion
from cms.quizzes.queries import versions_of
from cms.taxonomy.queries import leaves_site

GUIDE_QUIZ = "guide"


@dataclass(frozen=True)
class Subject:
    """A course, a guide, a branch's version of one, or a playlist as something to take along.

    `page` is what editors published of it; a playlist has none.
    """

    kind: str
    row: ContentPage | BranchGuide | Playlist
    items: Sequence[Item]
    page: ContentPage | None = None
    lead: str = ""
    points: Sequence[str] = ()
    files: Sequence[SiteDocument] = ()
    questions: Sequence[QuestionVersion] = ()

    @property
    def title(self) -> str:
        return str(self.page or self.row)

    @property
    def organisation(self) -> Organisation:
        """Whose it is."""
        return self.row.organisation


@dataclass(frozen=True)
class Contents:
    """What the person may take of the things that a subject leads to, by key."""

    pages: dict[int, ContentPage] = field(default_factory=dict)
    entries: dict[int, list[ReadingListEntry]] = field(default_factory=dict)
    lessons: dict[int, MicroLesson] = field(default_factory=dict)
    questions: dict[str, list[QuestionVersion]] = field(default_factory=dict)


def course_subject(course: CoursePage) -> Subject:
    """Return a course as something to take along."""
    questions = versions_of(COURSE_QUIZ, [course.pk]).get(str(course.pk), [])
    return Subject("course", course, list(course.items.all()), course, lead=course.lead, questions=questions)


def guide_subject(guide: GuidePage) -> Subject:
    """Return a month's guide as something to take along."""
    return Subject("guide", guide, list(guide.items.all()), guide, lead=guide.lead, **meeting_of(guide))


def branch_guide_subject(copy: BranchGuide) -> Subject:
    """Return a branch's version of a guide as something to take along: its order, its notes, its own tasks."""
    lines = [line for line in lines_of_copy(copy) if not line.row.left_out]
    items = [own_words(line) for line in lines]
    return Subject("branch_guide", copy, items, copy.guide, lead=copy.note, **meeting_of(copy.guide))


def own_words(line: BranchLine) -> GuideItem:
    """Return a line as an item with the branch's note below the guide's words; never saved."""
    given = line.item
    if given is None:
        return GuideItem(title=line.row.title, text=line.row.note)
    text = "\n".join(filter(None, (given.text, line.row.note)))
    parts = {name: getattr(given, name) for name in ("key", "lesson_id", "page_id", "title", "url", "minutes")}
    return GuideItem(**parts, text=text)


def meeting_of(guide: GuidePage) -> dict[str, Any]:
    """Return what a guide brings for the meeting: points to discuss, files, questions."""
    rows = guide.files.select_related("document__visible_organisation")
    return {
        "points": guide.discussion_points,
        "files": [row.document for row in rows],
        "questions": versions_of(GUIDE_QUIZ, [guide.pk]).get(str(guide.pk), []),
    }


def playlist_subject(playlist: Playlist) -> Subject:
    """Return a branch's playlist as something to take along; its places are like those of a course."""
    items = [CourseItem(lesson_id=entry.lesson_id) for entry in playlist.entries.all()]
    return Subject("playlist", playlist, items, lead=playlist.note)


def contents_for(subject: Subject, user: User) -> Contents:
    """Return what the person sees of the subject and may take out of the site."""
    pages = pages_to_take(user, [item.page_id for item in subject.items])
    lists = [key for key, page in pages.items() if isinstance(page, ReadingListPage)]
    entries: dict[int, list[ReadingListEntry]] = {key: [] for key in lists}
    for entry in ReadingListEntry.objects.filter(page__in=lists) if lists else ():
        entries[entry.page_id].append(entry)
    pages |= pages_to_take(user, [row.target_id for rows in entries.values() for row in rows])
    wanted = [item.lesson_id for item in subject.items]
    # The film of a page that may only be linked stays where it is, like the page.
    copied = [page for page in pages.values() if page.licence != Licence.LINK_ONLY]
    wanted += [page.lesson_id for page in copied if isinstance(page, ResourcePage)]
    lessons = lessons_to_take(user, wanted)
    return Contents(pages, entries, lessons, versions_of(LESSON_QUIZ, lessons))


def pages_to_take(user: User, keys: Iterable[int | None]) -> dict[int, ContentPage]:
    """Return the pages, as their own kinds, that the person sees and may take along, in this order."""
    wanted = list(dict.fromkeys(key for key in keys if key))
    if not wanted:
        return {}
    seen: Any = visible_pages(user).filter(leaves_site(), pk__in=wanted)
    found = {page.pk: page for page in seen.select_related("organisation", "cover").specific()}
    return {key: found[key] for key in wanted if key in found}


def lessons_to_take(user: User, keys: Iterable[int | None]) -> dict[int, MicroLesson]:
    """Return the lessons, with all that their pages show, that the person sees and may take along, in this order."""
    wanted = list(dict.fromkeys(key for key in keys if key))
    if not wanted:
        return {}
    found = for_watching(visible_lessons(user).filter(leaves_site(), pk__in=wanted)).in_bulk()
    return {key: found[key] for key in wanted if key in found}
