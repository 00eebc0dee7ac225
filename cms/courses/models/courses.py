"""Courses: units of lessons, resources and tasks, what they need first, questions at the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField

from cms.courses.models.items import EndQuestion, Item, WordedItem
from cms.lessons.models import Ordered
from cms.library.enums import Section
from cms.library.models import ContentPage
from cms.taxonomy.models import TeachingMethod


class CoursePage(ContentPage):
    """A course: what to do in which order, and how one knows that it is done."""

    section = Section.COURSES
    is_creatable = True
    page_description = _("Micro lessons, resources and tasks in units, with a quiz at the end.")
    methods = ParentalManyToManyField(TeachingMethod, blank=True, related_name="+", verbose_name=_("how it is taught"))
    # Of what was published: lists show it without counting.
    total_minutes = models.PositiveSmallIntegerField(default=0, editable=False)
    search_kind = "course"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return str(self.title)


class CourseItem(WordedItem):
    """A place in a course."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="items")
    unit = models.CharField(
        _("a unit begins here"),
        max_length=60,
        blank=True,
        help_text=_("The name of the unit, at its first item only. Empty: the item stays in the unit before."),
    )

    class Meta(WordedItem.Meta):
        verbose_name = _("item of a course")
        verbose_name_plural = _("items of courses")


class CourseQuestion(EndQuestion):
    """A question of the final quiz, as a draft."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="questions")

    class Meta(EndQuestion.Meta):
        verbose_name = _("question of a course")
        verbose_name_plural = _("questions of courses")


class Prerequisite(Ordered):
    """A course that should come first; nobody is locked out, the page says so."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="prerequisites")
    needed = models.ForeignKey(
        CoursePage, on_delete=models.CASCADE, related_name="leads_to", verbose_name=_("course that comes first")
    )

    class Meta(Ordered.Meta):
        verbose_name = _("course that comes first")
        verbose_name_plural = _("courses that come first")

    def __str__(self) -> str:
        return str(self.needed)


class SeriesPage(ContentPage):
    """Courses and lessons that belong together."""

    section = Section.COURSES
    search_kind = "course"
    is_creatable = True
    page_description = _("Courses and micro lessons that belong together, without a quiz.")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series (several)")

    def __str__(self) -> str:
        return str(self.title)


class SeriesItem(Item):
    """A place in a series."""

    series = ParentalKey(SeriesPage, on_delete=models.CASCADE, related_name="items")

    class Meta(Item.Meta):
        verbose_name = _("item of a series")
        verbose_name_plural = _("items of series")


class TrackPage(ContentPage):
    """A way through courses and lessons for one kind of member: 缺什么补什么, and the member chooses."""

    section = Section.COURSES
    search_kind = "course"
    is_creatable = True
    page_description = _("A way through courses for one audience; members see what they still lack.")

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")

    def __str__(self) -> str:
        return str(self.title)


class TrackItem(Item):
    """A place in a track."""

    track = ParentalKey(TrackPage, on_delete=models.CASCADE, related_name="items")

    class Meta(Item.Meta):
        verbose_name = _("item of a track")
        verbose_name_plural = _("items of tracks")
