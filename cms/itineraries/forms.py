"""What is typed about a route: the route in the admin, the day and the people, and that a branch went."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.choices import RowChoice
from cms.core.clock import today
from cms.itineraries.enums import Theme
from cms.itineraries.plans import Ask
from cms.library.editing import ContentPageForm
from cms.organisations.models import Organisation
from cms.organisations.queries import organisations_below
from cms.venues.forms import FIRST_YEAR, LAST_YEAR, day_input
from cms.venues.models import MOST_HEADS

NUMBERS = re.compile(r"[0-9]{1,3}(?:,[0-9]{1,3}){0,60}")


class RoutePageForm(ContentPageForm):
    """A route in the admin; its themes are boxes."""

    themes = forms.MultipleChoiceField(label=_("themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple)


class NumbersField(forms.CharField):
    """Numbers of stops, separated by commas."""

    def clean(self, value: Any) -> tuple[int, ...]:
        text = super().clean(value)
        if text and not NUMBERS.fullmatch(text):
            raise forms.ValidationError(_("Please choose among the stops."))
        return tuple(dict.fromkeys(int(number) for number in text.split(","))) if text else ()


class AskForm(forms.Form):
    """The day and the people in the address of a route's page; anything odd is a sentence at the field."""

    on = forms.DateField(
        label=_("Day"),
        widget=day_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Please choose a day."), "required": _("Please choose a day.")},
    )
    heads = forms.IntegerField(
        label=_("How many people"),
        required=False,
        min_value=1,
        max_value=MOST_HEADS,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    skip = NumbersField(required=False, max_length=250, widget=forms.HiddenInput)
    order = NumbersField(required=False, max_length=250, widget=forms.HiddenInput)

    def clean_on(self) -> date:
        """Refuse days that no calendar of ours reaches."""
        day: date = self.cleaned_data["on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please choose a day."))
        return day

    def ask(self) -> Ask:
        """Return what was asked."""
        given = self.cleaned_data
        return Ask(given["on"], given["heads"], frozenset(given["skip"]), given["order"])


def asked(form: AskForm, default: Ask) -> Ask:
    """Return what the form asks, or the default where nothing usable was chosen."""
    return form.ask() if form.is_bound and form.is_valid() else default


class VisitForm(forms.Form):
    """That a branch went along the route."""

    on = forms.DateField(label=_("Day"), widget=day_input())
    heads = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_HEADS,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    organisation = RowChoice(
        label=_("For which organisation"),
        queryset=Organisation.objects.none(),
        widget=forms.Select(attrs={"class": "input"}),
    )
    note = forms.CharField(
        label=_("What stayed with you"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("In a sentence or two. Please name nobody."),
    )

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        """Offer the organisations below the paths."""
        super().__init__(*args, **kwargs)
        offered = organisations_below(paths)
        choice: Any = self.fields["organisation"]
        choice.queryset = offered
        choice.initial = offered.first()

    def clean_on(self) -> date:
        """Refuse days to come, and days before there was a site."""
        day: date = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("This day is still to come."))
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(_("Please choose a day."))
        return day
