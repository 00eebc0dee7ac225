"""What the portal keeps itself: articles outside the rooms, words that search takes for the same, and what was asked."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.core.blocks import TextBlocks
from cms.core.fields import CompactStreamField
from cms.core.pages import ServedPage
from cms.core.panels import FieldPanel
from cms.portal.kept_words import ASKED_CHARS
from cms.portal.synonym_words import MOST_WORDS, faults_beside, words_in
from search.synonyms import SynonymGroup
from search.word_lists import MAX_WORD_CHARS

# What can be typed and chosen fits: twenty values of each filter would be longer than an address may be.
SAVED_CHARS = 1000
# Every question carries them all.
MOST_SETS = 500


class ArticlePage(ServedPage):
    """A text with a lead; its view is registered in portal.views.articles."""

    lead = models.CharField(_("lead"), max_length=300, blank=True)
    body = CompactStreamField(TextBlocks(), verbose_name=_("text"), blank=True)

    content_panels = [*ServedPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page", "portal.ArticlePage"]
    subpage_types = ["portal.ArticlePage"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def __str__(self) -> str:
        return str(self.title)


class SynonymSet(models.Model):
    """Words with one meaning: whoever looks for one finds pages with the others, from the next question on."""

    words = models.TextField(
        _("words"),
        max_length=(MAX_WORD_CHARS + 2) * MOST_WORDS,
        help_text=_("One on each line, two to eight; the usual one first."),
    )
    one_way = models.BooleanField(
        _("one way"),
        default=False,
        help_text=_("Only who looks for the first word finds the others too, and not the other way round."),
    )
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("remark"), max_length=200, blank=True, help_text=_("Why, for other editors."))
    # The first word of the list that comes with the platform from which the set was made.
    origin = models.CharField(max_length=MAX_WORD_CHARS, blank=True, editable=False)
    # Counted up by each change, so that every process notices (see portal.synonyms).
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("synonym set")
        verbose_name_plural = _("synonym sets")
        ordering = ["words", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="synonyms_come_along_once"),
        ]

    def __str__(self) -> str:
        return (" → " if self.one_way else " = ").join(self.words.split("\n"))

    @property
    def group(self) -> SynonymGroup:
        """The set as search reads it."""
        return SynonymGroup(words_in(self.words), one_way=self.one_way)

    def clean(self) -> None:
        """Refuse what search could not use, and a word that another set in use already has."""
        others = SynonymSet.objects.filter(active=True).exclude(pk=self.pk) if self.active else ()
        if faults := faults_beside(self.group, (each.group for each in others)):
            raise ValidationError({"words": faults})
        if len(others) >= MOST_SETS:
            sentence = _("There are %(count)s sets in use already. Take some out of use first.")
            raise ValidationError(sentence % {"count": MOST_SETS})
        self.words = "\n".join(self.group.words)


class AskedText(models.Model):
    """How many searched for something on one day, each once. Nothing of who asked stands here or anywhere beside it.

    Keys are random (see portal.services): they say nothing of the order in which people asked.
    """

    day = models.DateField()
    # Folded: letters, characters and digits, a space for whatever stood between.
    text = models.CharField(max_length=ASKED_CHARS)
    asked = models.PositiveIntegerField(default=1)
    # For how many of these nothing was found that held the words.
    missed = models.PositiveIntegerField(default=0)
    # How many of these opened something of the results.
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("asked text")
        verbose_name_plural = _("asked texts")
        ordering = ["day", "text"]
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="asked_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.text} ×{self.asked}"


class SavedSearch(models.Model):
    """A search that a member keeps: the parameters of its address in a fixed order, and how it reads."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    query = models.CharField(max_length=SAVED_CHARS)
    label = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.label


class FrequentText(models.Model):
    """What many asked and everybody finds something for: offered while one types. Written anew every hour."""

    text = models.CharField(max_length=ASKED_CHARS, unique=True)
    times = models.PositiveIntegerField()
    gathered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("frequent text")
        verbose_name_plural = _("frequent texts")
        ordering = ["-times", "text"]

    def __str__(self) -> str:
        return self.text
