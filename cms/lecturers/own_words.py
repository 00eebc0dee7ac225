"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.lecturers.enums import Approval, LecturerKind, OverrideKind

register_acts(
    {
        "lecturers.add": _("Took a lecturer into the pool"),
        "lecturers.add_hours": _("Added a weekly schedule of a lecturer"),
        "lecturers.add_offer": _("Put a lesson on a lecturer's menu"),
        "lecturers.appoint": _("Appointed a lecturer for a term"),
        "lecturers.change": _("Changed a lecturer in the admin"),
        "lecturers.change_hours": _("Changed a weekly schedule of a lecturer"),
        "lecturers.change_offer": _("Changed a lesson on a lecturer's menu"),
        "lecturers.clear_day": _("Let the weekly hours of a lecturer hold again on a day"),
        "lecturers.delete_hours": _("Deleted a weekly schedule of a lecturer"),
        "lecturers.edit": _("Changed the profile of a lecturer"),
        "lecturers.end_suspension": _("Ended the suspension of a lecturer"),
        "lecturers.end_term": _("Set the last day of a lecturer's term"),
        "lecturers.hide": _("Hid a lecturer"),
        "lecturers.see_contact": _("Looked up the contact of a lecturer"),
        "lecturers.set_days": _("Set other hours or leave of a lecturer"),
        "lecturers.set_rule": _("Wrote the rule by which an organisation lends its lecturers"),
        "lecturers.show": _("Showed a lecturer"),
        "lecturers.suspend": _("Suspended a lecturer"),
    }
)
register_fields(
    {
        "lecturers.live": _("Shown"),
        "lecturers.terms": _("Terms"),
        "lecturers.suspensions": _("Suspensions"),
        "lecturers.offers": _("Lesson menu"),
        "lecturers.contacts": _("Contacts changed"),
        "lecturers.hours": _("Hours"),
        "lecturers.minutes": _("Minutes"),
        "lecturers.shown": _("Shown"),
        "lecturers.day": _("Day"),
        "lecturers.approval": _("Whose yes a request needs"),
        "lecturers.pending_occupies": _("A request keeps the time free while it waits"),
        "lecturers.offered": _("Offered"),
        "lecturers.open_to": _("Lent to"),
        "lecturers.answer_days": _("Days to answer"),
        "post": _("Post"),
        "credentials": _("Credentials"),
        "introduction": _("Introduction"),
        "lecturers.dialect": _("Also speaks"),
        "lecturers.home_place": _("Comes from"),
        "lecturers.region": _("Region"),
        "lecturers.travel_km": _("Travels up to, in km"),
        "lecturers.onsite": _("At your place"),
        "lecturers.online": _("Online"),
        "lecturers.home": _("Brought home"),
        "lecturers.site": _("At a site"),
        "lecturers.buffer_before": _("Minutes kept free before a lesson"),
        "lecturers.buffer_after": _("Minutes kept free after a lesson"),
        "lecturers.step": _("A lesson may begin every … minutes"),
        "lecturers.notice_minutes": _("Earliest beginning from now, in minutes"),
        "lecturers.horizon_days": _("Latest beginning from now, in days"),
        "lecturers.cap_day": _("Most lessons a day"),
        "lecturers.cap_week": _("Most lessons a week"),
        "lecturers.cap_month": _("Most lessons a month"),
    }
)
register_choices("lecturers.approval", Approval)
register_choices("lecturers.kind", LecturerKind)
register_choices("lecturers.kind", OverrideKind)
