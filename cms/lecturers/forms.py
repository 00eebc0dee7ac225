"""Forms of the directory and of the own schedule; everything works as plain fields."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.accounts.models import User
from cms.core.choices import RowChoices
from cms.core.clock import today
from cms.core.offered import offer_only_own
from cms.lecturers import slot_input
from cms.lecturers.enums import Approval, OverrideKind
from cms.lecturers.models import LONGEST_LESSON, Lecturer, LendingRule, LessonOffer, Schedule
from cms.lecturers.permissions import CURATORS
from cms.lecturers.queries import lent_to
from cms.lecturers.queries.directory import USUAL_MINUTES, borrowers
from cms.lecturers.services.profile import LIMIT_FIELDS, PROFILE_FIELDS
from cms.lecturers.slots import WrongInput
from cms.lecturers.validators import SENTENCE
from cms.organisations.models import Organisation
from cms.organisations.queries import organisations_below, standing_of
from cms.taxonomy.models import Audience, Label, TeachingMethod, Topic

WEEKDAY_LABELS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
FURTHEST = timedelta(days=366 * 3)
# People type full-width colons, any dash, and commas of both kinds.
DASHES = re.compile(r"\s*[-–—~～至到]+\s*")
BREAKS = re.compile(r"[,，、;；\s]+")
DATE_INPUT = {"class": "input", "type": "date"}
TIME_INPUT = {"class": "input", "type": "time"}
LABELS: dict[str, type[Label]] = {"topics": Topic, "audiences": Audience, "methods": TeachingMethod}


class FreeForm(forms.Form):
    """Who has time on a day, from one time to another; what is left open goes to the end of the day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs=TIME_INPUT, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), required=False, widget=forms.TimeInput(attrs=TIME_INPUT, format="%H:%M"))

    def clean_day(self) -> date:
        """Refuse days of other centuries, which no database holds with a time zone."""
        day: date = self.cleaned_data["day"]
        if abs(day - today()) > FURTHEST:
            raise forms.ValidationError(_("Please choose a day within the next months."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the beginning."""
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if ends is not None and ends <= (begins or time()):
            self.add_error("ends", _("The end must lie after the beginning."))
        return cleaned

    def span(self) -> tuple[datetime, datetime]:
        """Return the two instants of a valid form, in the zone that pages show."""
        zone = timezone.get_current_timezone()
        day, begins, ends = (self.cleaned_data[name] for name in ("day", "begins", "ends"))
        last, ends = (day, ends) if ends else (day + timedelta(days=1), time())
        return datetime.combine(day, begins or time(), zone), datetime.combine(last, ends, zone)


class HoursField(forms.CharField):
    """The windows of a day as people write them: 09:00-11:30, 14:00-17:00."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"class": "input", "placeholder": "09:00-11:30, 14:00-17:00"})
        )
        super().__init__(required=False, max_length=200, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return stored windows as text."""
        if isinstance(value, list):
            return ", ".join(f"{start}-{end}" for start, end in value)
        return value

    def to_python(self, value: Any) -> Any:
        """Return the windows, or raise ValidationError with the sentence that shows how to write them."""
        text = DASHES.sub("-", (super().to_python(value) or "").replace("：", ":"))
        windows = [part.split("-") for part in BREAKS.split(text) if part]
        padded = [[time.zfill(len("09:00")) for time in window] for window in windows]
        try:
            slot_input.windows(padded, "hours")
        except WrongInput as wrong:
            raise forms.ValidationError(SENTENCE, code=wrong.code) from wrong
        return padded

    def clean(self, value: Any) -> Any:
        """Skip the validators of texts: they read characters, not windows."""
        return self.to_python(value)


class ScheduleForm(forms.Form):
    """A weekly schedule: a name, a span of days, and the hours of each weekday."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as: term, summer."))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("To"), help_text=_("The last day."), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in zip(slot_input.WEEKDAYS, WEEKDAY_LABELS, strict=True):
            self.fields[name] = HoursField(label=label)

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean() or self.cleaned_data
        refuse_disorder(self, "starts_on", "ends_on")
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        weekly = {name: self.cleaned_data[name] for name in slot_input.WEEKDAYS if self.cleaned_data[name]}
        return {name: self.cleaned_data[name] for name in ("name", "starts_on", "ends_on")} | {"weekly": weekly}


def schedule_form(data: Any, schedule: Schedule | None) -> ScheduleForm:
    """Return the form with what is stored, or empty with a span of half a year."""
    if schedule is not None:
        stored = {"name": schedule.name, "starts_on": schedule.starts_on, "ends_on": schedule.ends_on}
        return ScheduleForm(data, initial={**stored, **schedule.weekly})
    return ScheduleForm(data, initial={"starts_on": today(), "ends_on": today() + timedelta(days=180)})


def refuse_disorder(form: forms.Form, first: str, last: str) -> None:
    """Add a sentence when the last day lies before the first."""
    cleaned = form.cleaned_data
    if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
        form.add_error(last, _("The last day lies before the first."))


class DaysForm(forms.Form):
    """Leave, or other hours, on one day or on several."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"))
    last = forms.DateField(
        label=_("To"), help_text=_("The last day."), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("What"), choices=OverrideKind.choices, initial=OverrideKind.LEAVE)
    windows = HoursField(label=_("Hours"), help_text=_("Only for other hours; on leave there are none."))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Only you and those who look after your schedule see it."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first, and other hours without hours."""
        cleaned = super().clean() or self.cleaned_data
        refuse_disorder(self, "first", "last")
        if cleaned.get("kind") == OverrideKind.HOURS and "windows" in cleaned and not cleaned["windows"]:
            self.add_error("windows", _("Please write the hours, or choose leave."))
        return cleaned


class LimitsForm(forms.ModelForm[Lecturer]):
    """How often, how early and with how much time around it somebody teaches."""

    class Meta:
        model = Lecturer
        fields = LIMIT_FIELDS


class ProfileForm(forms.ModelForm[Lecturer]):
    """What people read about a lecturer, and how those who agreed a lesson reach the lecturer."""

    class Meta:
        model = Lecturer
        fields = PROFILE_FIELDS


class OfferForm(forms.Form):
    """One lesson of the menu."""

    title = forms.CharField(label=_("Title"), max_length=80)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=10, max_value=LONGEST_LESSON, initial=USUAL_MINUTES)
    digest = forms.CharField(
        label=_("In short"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What listeners take home, in two or three sentences."),
    )
    topics = RowChoices(
        label=_("Topics"), queryset=Topic.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    audiences = RowChoices(
        label=_("For whom"), queryset=Audience.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    methods = RowChoices(
        label=_("How it is taught"),
        queryset=TeachingMethod.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_offered = forms.BooleanField(label=_("Branches can ask for this lesson"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in LABELS.items():
            self.fields[name].queryset = model._default_manager.order_by("order", "pk")  # type: ignore[attr-defined]  # RowChoices has rows


def offer_form(data: Any, offer: LessonOffer | None) -> OfferForm:
    """Return the form with what is stored, or empty."""
    if offer is None:
        return OfferForm(data)
    columns = ("title", "minutes", "digest", "is_offered")
    labels = {name: list(getattr(offer, name).all()) for name in LABELS}
    return OfferForm(data, initial={**{name: getattr(offer, name) for name in columns}, **labels})


class SpanForm(forms.Form):
    """From a day to a day, or without an end."""

    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        help_text=_("The last day; empty when it is open."),
        widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean() or self.cleaned_data
        refuse_disorder(self, "starts_on", "ends_on")
        return cleaned


class SuspensionForm(SpanForm):
    """For how long a lecturer is not offered, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by those who look after the pool, and by the lecturer in “my data”; never by branches."),
    )


class LastDayForm(forms.Form):
    """The last day of a term."""

    ends_on = forms.DateField(label=_("The last day"), widget=forms.DateInput(attrs=DATE_INPUT, format="%Y-%m-%d"))


class RuleForm(forms.Form):
    """How an organisation lends its lecturers."""

    approval = forms.ChoiceField(
        label=_("Whose yes a request needs"), choices=Approval.choices, widget=forms.RadioSelect
    )
    answer_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=30)
    pending_occupies = forms.BooleanField(
        label=_("A request keeps the time free while it waits"),
        required=False,
        help_text=_("Otherwise several may ask for the same time, and the first yes decides."),
    )
    open_to = RowChoices(
        label=_("Lent to"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("To these organisations and all below them. None chosen: to every organisation."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["open_to"].queryset = borrowers()  # type: ignore[attr-defined]  # RowChoices has rows


def rule_form(data: Any, rule: LendingRule) -> RuleForm:
    """Return the form with the rule that holds at present."""
    names = ("approval", "answer_days", "pending_occupies")
    return RuleForm(data, initial={**{name: getattr(rule, name) for name in names}, "open_to": lent_to(rule)})


class LecturerAdminForm(WagtailAdminModelForm):
    """A lecturer in the admin: only of organisations the editor is responsible for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields.get("organisation")
        if choice is not None and isinstance(self.for_user, User) and not self.for_user.is_superuser:
            choice.queryset = organisations_below(standing_of(self.for_user).paths_of(*CURATORS))
        if self.for_user is not None:
            offer_only_own(self, self.for_user)
