"""How Wagtail's page editor asks for editorial pages (models name these; they know only the form's instance)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface

from cms.core.clock import today
from cms.core.offered import offer_only_own, refuse_strange_parts
from cms.core.panels import FieldPanel
from cms.core.wholeness import name_the_least, tell_gaps
from cms.organisations.enums import Role
from cms.organisations.fields import KeeperChooser, PersonChooser
from cms.organisations.models import Organisation
from cms.organisations.queries import below, current_roles, standing_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.panels import AUDIENCES, SIGHT, TOPICS

EDITORS = (Role.EDITOR, Role.REVIEWER)


class ContentPageForm(WagtailAdminPageForm):
    """Offers only organisations that the person is responsible for, and asks for what a visibility needs.

    A draft is kept, and previewed, with whatever it lacks; what is handed in must be whole.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_the_least(self)
        if "organisation" in self.fields:
            self.offer_organisations()
        if "visibility" in self.fields:
            field = self.fields["visibility"]
            field.choices = [choice for choice in field.choices if choice[0] != Visibility.PRIVATE]
        if not self.instance.has_unpublished_changes and self.instance.live:
            # The note of the version that is shown; the next one needs a new one.
            self.initial["change_note"] = ""
        # Wagtail also builds the form where it only asks for its shape, and then for nobody.
        if self.for_user is not None:
            offer_only_own(self, self.for_user)

    def offer_organisations(self) -> None:
        """Narrow the choice to the person's duty, and choose the highest for a new page."""
        user, field = self.for_user, self.fields["organisation"]
        field.queryset = Organisation.objects.filter(is_active=True).order_by("path")
        if not user.is_superuser:
            paths = standing_of(user).paths_of(*EDITORS)
            field.queryset = field.queryset.filter(below(paths))
        if self.instance.organisation_id is None:
            self.initial["organisation"] = field.queryset.first()
        if "responsible" in self.fields:
            # Names of people without a duty are none of the admin's.
            keepers = current_roles(today()).filter(role__in=EDITORS).values("user")
            people = self.fields["responsible"]
            people.queryset = people.queryset.filter(
                Q(pk__in=keepers, is_active=True) | Q(pk=user.pk) | Q(pk=self.instance.responsible_id)
            )
            if self.instance.pk is None:
                self.initial["responsible"] = user.pk

    def add_error(self, field: str | None, error: Any) -> None:
        """Say at the title what is wrong with the address that is made of it: the form has no field for the address.

        The page may be stored by itself between two looks of one preview; then its own address is taken.
        """
        told = getattr(error, "error_dict", {})
        if "slug" in told and "slug" not in self.fields:
            told = {"title": told["slug"]} | {name: words for name, words in told.items() if name != "slug"}
            error = forms.ValidationError(told)
        super().add_error(field, error)

    def is_valid(self) -> bool:
        whole = bool(super().is_valid())
        if whole and not self.is_deferred_validation:
            tell_gaps(self)
            whole = not self.errors and not any(form.errors for rows in self.formsets.values() for form in rows)
        return whole

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("visibility") == Visibility.ROLE and not cleaned.get("visible_role"):
            self.add_error("visible_role", _("Please choose the role."))
        if self.for_user is not None:
            refuse_strange_parts(self, "body", self.for_user)
        self.instance.title = cleaned.get("title", "")
        self.instance.ensure_slug()
        return cleaned


TITLE = [FieldPanel("title"), FieldPanel("lead")]
BELONGING = [
    FieldRowPanel([FieldPanel("organisation", widget=KeeperChooser), FieldPanel("responsible", widget=PersonChooser)]),
    FieldRowPanel(
        [
            TOPICS,
            AUDIENCES,
        ]
    ),
    FieldRowPanel([FieldPanel("place"), FieldPanel("minutes")]),
    MultiFieldPanel(
        [
            FieldPanel("source"),
            FieldRowPanel([FieldPanel("licence"), FieldPanel("review_by")]),
        ],
        heading=gettext_lazy("Source and care"),
    ),
]
SHOWN = [*SIGHT, FieldPanel("cover"), FieldPanel("change_note")]
BODY = FieldPanel(
    "body",
    help_text=gettext_lazy(
        "Press the plus sign and choose a paragraph, a heading, a picture, a file. The parts can be dragged into order."
    ),
)


def content_tabs(
    content: Iterable[Panel], *, parts: Iterable[Panel] = (), belonging: Iterable[Panel] = ()
) -> TabbedInterface:
    """Return the editor of a kind of page: its own fields, its parts if it has any, whose it is, who sees it."""
    parts = list(parts)
    tabs = [ObjectList([*TITLE, *content], heading=gettext_lazy("Content"))]
    if parts:
        tabs.append(ObjectList(parts, heading=gettext_lazy("What belongs to it")))
    tabs += [
        ObjectList([*belonging, *BELONGING], heading=gettext_lazy("Belonging")),
        ObjectList(SHOWN, heading=gettext_lazy("Who sees it")),
    ]
    return TabbedInterface(tabs, base_form_class=ContentPageForm)
