"""The lecturer of the small county, who is `member`: the same one whom branches ask."""

from typing import Any

from cms.accounts.models import User
from cms.lecturers.enums import OverrideKind
from cms.lecturers.models import Lecturer, Override, Schedule
from tests.factories.lecturers import LessonOfferFactory, SuspensionFactory, evening


def addresses_of_lecturers(owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of everything about the lecturer's profile and time."""
    lecturer = Lecturer.objects.get(user=owner)
    schedule = Schedule.objects.filter(lecturer=lecturer).first()
    assert schedule is not None
    day = Override.objects.create(lecturer=lecturer, day=evening(9).date(), kind=OverrideKind.LEAVE)
    later = SuspensionFactory(lecturer=lecturer, starts_on=evening(400).date())
    term = lecturer.terms.get()
    offer = LessonOfferFactory(lecturer=lecturer)
    person = {"pk": lecturer.pk}
    pages = ("lecturer", "profile", "schedule", "limits", "new_hours", "new_days", "new_offer")
    duty = ("standing", "new_term", "new_suspension")
    return {
        **{f"lecturers:{name}": person for name in (*pages, *duty)},
        "lecturers:offer": {**person, "row": offer.pk},
        "lecturers:last_day": {**person, "row": term.pk},
        "lecturers:lift_suspension": {**person, "row": later.pk},
        "lecturers:rule": {"pk": lecturer.organisation_id},
        **{f"lecturers:{name}": {**person, "row": schedule.pk} for name in ("hours", "delete_hours")},
        "lecturers:delete_day": {**person, "row": day.pk},
        **{f"api:{name}": person for name in ("show_lecturer", "list_slots")},
    }
