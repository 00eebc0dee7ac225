"""How Wagtail's page editor asks for courses, series, tracks and guides.

The forms of questions are made of models, so the editors are given to the pages when all models are there (`apps.ready`).
"""

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, InlinePanel, Panel, TabbedInterface

from cms.core.panels import FieldPanel, PageChooserPanel
from cms.courses.forms.pages import CoursePageForm, ItemsPageForm
from cms.courses.forms.questions import EndQuestionForm
from cms.courses.models import CoursePage, GuidePage, SeriesPage, TrackPage
from cms.courses.services.questions import MAX_QUESTIONS
from cms.lessons.admin_panels import LinesPanel, PartsPanel
from cms.library.editing import BODY, content_tabs

MAX_ITEMS = 60
MAX_PREREQUISITES = 6
MAX_FILES = 12
RESOURCES = ["library.ResourcePage", "library.ReadingListPage"]
COURSES = ["courses.CoursePage"]


def questions_panel(heading: Any) -> Panel:
    """Return the questions at the end, typed as in lessons: one option a line, the right ones marked."""
    return PartsPanel(
        "questions",
        heading=heading,
        label=_("Question"),
        help_text=_(
            "They are frozen when the page is published. Passed from 60 percent on; as many tries as one likes."
        ),
        child_form=EndQuestionForm,
        max_num=MAX_QUESTIONS,
        panels=[
            FieldPanel("kind"),
            FieldPanel("stem"),
            LinesPanel("options"),
            FieldPanel("explanation"),
            FieldPanel("source"),
        ],
    )


def course_editor() -> TabbedInterface:
    """Return the editor of a course."""
    editor = content_tabs(
        [FieldPanel("methods", widget=CheckboxSelectMultiple), BODY],
        parts=[
            InlinePanel(
                "items",
                heading=_("Items in order"),
                label=_("Item"),
                help_text=_(
                    "Each item leads to one micro lesson or one page of the library, or is a task in words. Where a unit"
                    " begins, give its name. Drag items to put them in order."
                ),
                max_num=MAX_ITEMS,
                panels=[
                    FieldPanel("unit"),
                    FieldPanel("lesson"),
                    PageChooserPanel("page", page_type=RESOURCES),
                    FieldRowPanel([FieldPanel("title"), FieldPanel("minutes")]),
                    FieldPanel("text"),
                ],
            ),
            InlinePanel(
                "prerequisites",
                heading=_("Courses that come first"),
                label=_("Course"),
                help_text=_("The page names them to whoever has not done them yet. Nobody is locked out."),
                max_num=MAX_PREREQUISITES,
                panels=[PageChooserPanel("needed", page_type=COURSES)],
            ),
            questions_panel(_("Final quiz")),
        ],
    )
    editor.base_form_class = CoursePageForm
    return editor


def collection_editor() -> TabbedInterface:
    """Return the editor of a series or a track."""
    return content_tabs(
        [BODY],
        parts=[
            InlinePanel(
                "items",
                heading=_("Courses and micro lessons in order"),
                label=_("Item"),
                help_text=_("Each item leads to one micro lesson or one course."),
                max_num=MAX_ITEMS,
                panels=[FieldPanel("lesson"), PageChooserPanel("page", page_type=COURSES)],
            )
        ],
    )


def guide_editor() -> TabbedInterface:
    """Return the editor of a monthly guide."""
    editor = content_tabs(
        [FieldRowPanel([FieldPanel("month"), FieldPanel("theme")]), BODY, FieldPanel("discussion")],
        parts=[
            InlinePanel(
                "items",
                heading=_("What belongs to the month"),
                label=_("Item"),
                help_text=_("Members work through it as a list; a branch may leave items out and add its own."),
                max_num=MAX_ITEMS,
                panels=[
                    FieldPanel("lesson"),
                    PageChooserPanel("page", page_type=[*RESOURCES, *COURSES]),
                    FieldPanel("url"),
                    FieldRowPanel([FieldPanel("title"), FieldPanel("minutes")]),
                    FieldPanel("text"),
                ],
            ),
            InlinePanel(
                "files",
                heading=_("Files"),
                label=_("File"),
                help_text=_("For the meeting: a sheet to print, a table to fill in."),
                max_num=MAX_FILES,
                panels=[FieldPanel("document")],
            ),
            questions_panel(_("Questions of the month")),
        ],
    )
    editor.base_form_class = ItemsPageForm
    return editor


def give_editors() -> None:
    """Give each kind of page its editor."""
    CoursePage.edit_handler = course_editor()
    SeriesPage.edit_handler = collection_editor()
    TrackPage.edit_handler = collection_editor()
    GuidePage.edit_handler = guide_editor()
