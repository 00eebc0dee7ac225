"""Topics, audiences, teaching methods, and the visibility that content, videos, quizzes, images and documents share."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility


class Label(models.Model):
    """A name in both languages with a stable slug."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class Topic(Label):
    """What a lesson is about; browse pages and facets are made of these."""

    class Meta(Label.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class Audience(Label):
    """For whom a lesson was made; it helps choosing and never hides anything."""

    class Meta(Label.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class TeachingMethod(Label):
    """How something is taught: by a case, by looking on, by who lived through it. Where it is held is another matter."""

    class Meta(Label.Meta):
        verbose_name = _("teaching method")
        verbose_name_plural = _("teaching methods")


class VisibleModel(models.Model):
    """Fields that say who may see a row. `taxonomy.queries.visible_q` is the only place that reads them as a filter."""

    visibility = models.CharField(
        _("visible to"), max_length=16, choices=Visibility.choices, default=Visibility.PRIVATE, db_index=True
    )
    visible_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("visible below"),
    )
    visible_role = models.CharField(_("visible to the role"), max_length=20, choices=Role.choices, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.ORGANISATION) | Q(visible_organisation__isnull=False),
                name="%(app_label)s_%(class)s_visible_below",
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.ROLE) | ~Q(visible_role=""),
                name="%(app_label)s_%(class)s_visible_role",
            ),
        ]
