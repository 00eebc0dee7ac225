"""Forms of requests: what, where and who, another time, a reason, what was held."""

import contextlib
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.booking.models import MOST_HEADS, NOTE_LENGTH, PLACE_LENGTH, REASON_LENGTH, TOPIC_LENGTH
from cms.booking.services.asking import KEY_LENGTH
from cms.booking.services.ending import MOST_MINUTES
from cms.booking.services.holding import SHORTEST_LESSON
from cms.core.choices import RowChoice
from cms.core.clock import today
from cms.courses.models import Playlist
from cms.lecturers.enums import Mode
from cms.lecturers.models import LONGEST_LESSON, Lecturer, LessonOffer
from cms.organisations.models import Organisation
from cms.venues.models import Venue

USUAL_MINUTES = 90
FIRST_YEAR, LAST_YEAR = 2000, 2200


class InstantField(forms.Field):
    """An instant with offset as ISO 8601 writes it; years far away have no instant in every zone."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("Please choose a time."),
        "invalid": _("Please choose one of the times shown."),
    }

    def to_python(self, value: Any) -> datetime | None:
        """Return the instant, or None for an empty value."""
        if value in self.empty_values:
            return None
        try:
            at = datetime.fromisoformat(str(value)[:40])
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return at


class OfferChoice(RowChoice):
    """A line of the lecturer's menu with its length."""

    # "Another topic" is an answer too: a line that says "may stay empty" would only puzzle people.
    answers_itself = True

    def label_from_instance(self, obj: LessonOffer) -> str:
        """Return title and minutes."""
        minutes = ngettext("%(count)s minute", "%(count)s minutes", obj.minutes) % {"count": obj.minutes}
        return f"{obj.title}\N{NO-BREAK SPACE}· {minutes}"


class VenueChoice(RowChoice):
    """A teaching place with its kind."""

    def label_from_instance(self, obj: Venue) -> str:
        """Return name, kind and how many it holds."""
        parts = [obj.name, str(obj.get_kind_display())]
        if obj.capacity is not None:
            parts.append(ngettext("%(count)s person", "%(count)s people", obj.capacity) % {"count": obj.capacity})
        return " · ".join(parts)


class WhatForm(forms.Form):
    """First step: a lesson of the menu, or an own topic with its length; and how."""

    offer = OfferChoice(
        label=_("Lesson on the menu"),
        queryset=LessonOffer.objects.none(),
        required=False,
        empty_label=_("Another topic"),
        widget=forms.RadioSelect,
    )
    topic = forms.CharField(
        label=_("Own topic"),
        required=False,
        max_length=TOPIC_LENGTH,
        help_text=_("Only when no lesson above fits."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=SHORTEST_LESSON, max_value=LONGEST_LESSON
    )
    mode = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, lecturer: Lecturer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = lecturer.offers.filter(is_offered=True).order_by("order", "pk")
        modes = [(mode.value, mode.label) for mode in lecturer.modes]
        self.fields["offer"].queryset = offers  # type: ignore[attr-defined]  # a RowChoice has rows
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]  # a ChoiceField has choices
        self.fields["mode"].initial = modes[0][0] if modes else Mode.ONSITE.value

    def clean(self) -> dict[str, Any]:
        """Let the menu give topic and length; an own topic needs both."""
        given: dict[str, Any] = super().clean() or {}
        offer = given.get("offer")
        if offer is not None:
            return given | {"topic": offer.title, "minutes": offer.minutes}
        if not given.get("topic") and "topic" not in self.errors:
            self.add_error("topic", _("Please choose a lesson or write a topic."))
        if not given.get("minutes"):
            given["minutes"] = USUAL_MINUTES
        return given


class WhereForm(forms.Form):
    """Last step: for which branch, where, how many; `key` lets a double click ask once."""

    organisation = RowChoice(
        label=_("Branch"), queryset=Organisation.objects.none(), empty_label=None, widget=forms.Select
    )
    venue = VenueChoice(
        label=_("Teaching place"),
        queryset=Venue.objects.none(),
        required=False,
        empty_label=_("Somewhere else"),
        help_text=_("Room for everybody is kept there once the lesson is agreed."),
    )
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=PLACE_LENGTH,
        help_text=_("With what the lecturer has to know: floor, lift, bus stop. Online it may stay empty."),
    )
    heads = forms.IntegerField(label=_("How many will listen"), min_value=1, max_value=MOST_HEADS)
    note = forms.CharField(
        label=_("What the lecturer should know"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: who listens, what is to be prepared, in which dialect. No phone numbers."),
    )
    start = InstantField()
    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, branches: Any, venues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = branches  # type: ignore[attr-defined]  # a RowChoice has rows
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]  # a RowChoice has rows


class ReasonForm(forms.Form):
    """Why somebody declines or calls off."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads it."),
        error_messages={"required": _("Please write why, so that the other side can go on.")},
    )


class AnotherTimeForm(ReasonForm):
    """Another beginning, on a day and at a time of the lecturer's zone, and why."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    field_order = ["day", "time", "reason"]

    def clean_day(self) -> date:
        """Keep to days that have an instant in every zone."""
        day: date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Please choose one of the times shown."))
        return day

    def start_in(self, zone: str) -> datetime:
        """Return the chosen beginning; call it on a valid form."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        return datetime.combine(day, time.replace(second=0, microsecond=0), tzinfo=ZoneInfo(zone))


class MessageForm(forms.Form):
    """A word to the other side."""

    text = forms.CharField(label=_("Message"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class DeliveryForm(forms.Form):
    """How a lesson went, in figures."""

    heads = forms.IntegerField(label=_("How many listened"), min_value=1, max_value=MOST_HEADS)
    minutes = forms.IntegerField(label=_("Minutes taught"), min_value=1, max_value=MOST_MINUTES)
    note = forms.CharField(
        label=_("Anything else"), required=False, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class CorrectionForm(ReasonForm):
    """Other figures of a lesson that was recorded, and why."""

    heads = forms.IntegerField(label=_("How many listened"), min_value=1, max_value=MOST_HEADS)
    minutes = forms.IntegerField(label=_("Minutes taught"), min_value=1, max_value=MOST_MINUTES)
    field_order = ["heads", "minutes", "reason"]


class CatchUpForm(forms.Form):
    """With which list those who missed the lesson catch up."""

    playlist = RowChoice(
        label=_("Playlist"),
        queryset=Playlist.objects.none(),
        required=False,
        empty_label=_("No list"),
        widget=forms.Select,
    )

    def __init__(self, *args: Any, playlists: QuerySet[Playlist], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["playlist"].queryset = playlists  # type: ignore[attr-defined]  # a RowChoice has rows


def week_from(text: str) -> date:
    """Return the Monday of the week that an address names by any of its days, or of this week; never one in the past."""
    day = this_day = today()
    with contextlib.suppress(ValueError):
        day = max(date.fromisoformat(text[:10]), this_day)
    if day.year > LAST_YEAR:
        day = this_day
    return day - timedelta(days=day.weekday())
