"""What is typed about places: a day, a visit, a place in the admin."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from cms.accounts.models import User
from cms.core.choices import RowChoice
from cms.core.clock import today
from cms.core.offered import offer_only_own
from cms.organisations.models import Organisation
from cms.organisations.queries import organisations_below, standing_of
from cms.venues.cards import doubt_of, doubt_words
from cms.venues.enums import WEEKDAY_CHOICES, Facility
from cms.venues.models import MOST_HEADS, Venue, minute_of
from cms.venues.permissions import KEEPERS
from cms.venues.services import locate

FIRST_YEAR, LAST_YEAR = 2000, 2100


def day_input() -> forms.DateInput:
    """Return the widget of a day."""
    return forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """Return the widget of a time."""
    return forms.TimeInput(attrs={"class": "input", "type": "time"}, format="%H:%M")


class DayForm(forms.Form):
    """A day in the address of a page; anything odd is a sentence at the field."""

    on = forms.DateField(
        label=_("On which day will you go?"),
        widget=day_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Please choose a day.")},
    )

    def clean_on(self) -> date:
        """Refuse days that no calendar of ours reaches."""
        day: date = self.cleaned_data["on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please choose a day."))
        return day


class VisitForm(forms.Form):
    """A visit: the day, from when to when, how many people of which organisation."""

    day = forms.DateField(label=_("Day"), widget=day_input())
    arrives = forms.TimeField(label=_("From"), widget=time_input())
    leaves = forms.TimeField(label=_("To"), widget=time_input())
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
        label=_("What the place should know"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        """Offer the organisations below the paths."""
        super().__init__(*args, **kwargs)
        offered = organisations_below(paths)
        choice: Any = self.fields["organisation"]
        choice.queryset = offered
        choice.initial = offered.first()

    def visit(self) -> dict[str, Any]:
        """Return what `agree_visit` asks for."""
        given = self.cleaned_data
        minutes: dict[str, time] = {name: given[name] for name in ("arrives", "leaves")}
        kept = {name: given[name] for name in ("day", "heads", "organisation", "note")}
        return kept | {name: minute_of(at) for name, at in minutes.items()}


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Weekdays as check boxes, kept as numbers."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(map(str, initial or [])) != sorted(map(str, data or []))


class FacilitiesField(forms.MultipleChoiceField):
    """What visitors find, as check boxes."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(initial or []) != sorted(data or [])


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A position that is still being typed: the four fields of the admin's form that decide where a place will lie."""

    class Meta:
        model = Venue
        fields = ["entered_latitude", "entered_longitude", "entered_datum", "region"]
        field_classes = {"region": RowChoice}

    def sentences(self) -> list[str]:
        """Return what is wrong, each with the name of its field."""
        return [f"{self.fields[name].label}: {sentence}" for name, found in self.errors.items() for sentence in found]


class VenueAdminForm(WagtailAdminModelForm):
    """A place in the admin: of organisations the editor is responsible for, the highest proposed; position converted."""

    closed_weekdays = WeekdaysField(
        label=_("closed on"),
        choices=WEEKDAY_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whatever the hours above say, on these weekdays it is closed."),
    )
    facilities = FacilitiesField(
        label=_("facilities"), choices=Facility.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields.get("organisation")
        if choice is not None and isinstance(self.for_user, User) and not self.for_user.is_superuser:
            choice.queryset = organisations_below(standing_of(self.for_user).paths_of(*KEEPERS))
            if self.instance.organisation_id is None:
                # The highest that the editor is responsible for, as pages propose it.
                self.initial["organisation"] = choice.queryset.first()
        if self.for_user is not None:
            offer_only_own(self, self.for_user)
        self.say_doubt()

    def say_doubt(self) -> None:
        """Let what speaks against the stored position stand at the field that would heal it; nothing is refused."""
        doubt = doubt_of(self.instance) if self.instance.pk else None
        name = "entered_datum" if doubt is not None and doubt.code == "datum" else "entered_latitude"
        if doubt is not None and name in self.fields:
            self.fields[name].help_text = doubt_words(self.instance)

    def clean(self) -> dict[str, Any]:
        """Convert what was entered; a day of checking in the future is refused."""
        cleaned: dict[str, Any] = super().clean()
        checked = cleaned.get("verified_on")
        if checked is not None and checked > today():
            self.add_error("verified_on", _("This day is still to come."))
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        """Store the position in WGS-84, who checked it, and who began the place."""
        locate(self.instance)
        if self.instance.pk is None:
            self.instance.begun_by = self.for_user
        if "verified_on" in self.changed_data:
            self.instance.verified_by = self.for_user if self.instance.verified_on else None
        return super().save(commit)
