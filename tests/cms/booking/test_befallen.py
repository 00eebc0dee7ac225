"""What befalls lessons that were agreed: suspensions, terms, leave, closed organisations. Each shows its next action."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern, EventKind
from cms.booking.models import BookingRequest
from cms.booking.services import accept, cancel, keep
from cms.core import events
from cms.core.errors import InvalidInput
from cms.lecturers.enums import OverrideKind
from cms.lecturers.models import Occupation
from cms.lecturers.queries import promised_lessons
from cms.lecturers.services import end_term, set_days, set_lending_rule, suspend
from cms.notices.models import Notice
from cms.organisations.events import OrganisationClosed
from cms.organisations.models import Organisation
from tests.factories.accounts import signed_in
from tests.factories.booking import Scene
from tests.factories.lecturers import EVERY_DAY, AppointmentTermFactory, ScheduleFactory, evening

NIGHTS = {day: [["21:00", "24:00"]] for day in EVERY_DAY}


def page_of(person: User, booking: BookingRequest) -> str:
    return signed_in(person).get(booking.get_absolute_url()).content.decode()


def concern_of(booking: BookingRequest) -> str:
    booking.refresh_from_db()
    return booking.concern


def told_of(booking: BookingRequest, kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=kind, url=booking.get_absolute_url()).values_list("user", flat=True))


def both_sides(scene: Scene) -> set[int]:
    return {scene.secretary.pk, scene.teacher.pk, scene.dean.pk}


def test_a_suspension_leaves_agreed_lessons_of_its_days_to_both_sides(scene: Scene) -> None:
    within, after = scene.agreed(), scene.agreed(starts_at=evening(9))
    first, last = evening(4).date(), evening(6).date()
    suspend(scene.lecturer, starts_on=first, ends_on=last, reason="外出进修", actor=scene.dean)

    assert (concern_of(within), concern_of(after)) == (Concern.LECTURER, "")
    assert within.status == BookingStatus.ACCEPTED
    assert told_of(within, "booking.concern") == both_sides(scene)
    for person in (scene.secretary, scene.teacher, scene.dean):
        page = page_of(person, within)
        assert "讲师暂时不能授课" in page
        assert page.count('class="btn primary"') == 1
        assert "/keep/" in page
        assert "外出进修" not in page


@pytest.mark.parametrize(("days_later", "flagged"), [(0, Concern.LECTURER), (1, "")])
def test_days_of_a_suspension_are_those_where_the_lecturer_is(scene: Scene, days_later: int, flagged: str) -> None:
    """Eleven at night where the lecturer is, when the next day has begun in the county."""
    scene.lecturer.zone = "Asia/Kathmandu"
    scene.lecturer.save()
    late = evening(5, 0).astimezone(ZoneInfo(scene.lecturer.zone)).replace(hour=23, minute=0)
    there = late.date()
    assert timezone.localtime(late).date() == there + timedelta(days=1)
    ScheduleFactory(lecturer=scene.lecturer, weekly=NIGHTS)
    agreed = scene.agreed(starts_at=late, minutes=30)

    day = there + timedelta(days=days_later)
    assert promised_lessons(scene.lecturer, day, day).count() == (1 if flagged else 0)
    suspend(scene.lecturer, starts_on=day, ends_on=day, reason="进修", actor=scene.dean)
    assert concern_of(agreed) == flagged


def test_a_request_that_waits_for_a_suspended_lecturer_offers_another_day_and_no_yes(scene: Scene) -> None:
    waiting = scene.request()
    suspend(scene.lecturer, starts_on=evening(4).date(), ends_on=evening(6).date(), reason="进修", actor=scene.dean)

    assert concern_of(waiting) == ""
    assert told_of(waiting, "booking.concern") == both_sides(scene)
    page = page_of(scene.teacher, waiting)
    assert "/accept/" not in page
    assert "/counter/" in page
    assert "另请别的讲师" in page_of(scene.secretary, waiting)


def test_a_term_that_ends_before_an_agreed_lesson_leaves_it_to_both_sides(scene: Scene) -> None:
    [term] = scene.lecturer.terms.all()
    before, after = scene.agreed(starts_at=evening(5)), scene.agreed(starts_at=evening(8))
    end_term(term, ends_on=evening(6).date(), actor=scene.dean)

    assert (concern_of(before), concern_of(after)) == ("", Concern.TERM)
    assert told_of(after, "booking.concern") == both_sides(scene)
    assert "聘期不到这一天" in page_of(scene.secretary, after)


def test_a_further_term_that_holds_the_day_leaves_nothing_to_decide(scene: Scene) -> None:
    [term] = scene.lecturer.terms.all()
    AppointmentTermFactory(lecturer=scene.lecturer, starts_on=evening(6).date())
    agreed = scene.agreed(starts_at=evening(8))
    end_term(term, ends_on=evening(5).date(), actor=scene.dean)
    assert concern_of(agreed) == ""


@pytest.mark.parametrize(
    ("kind", "windows", "concern"),
    [
        (OverrideKind.LEAVE, [], Concern.LEAVE),
        (OverrideKind.HOURS, [["09:00", "20:00"]], Concern.LEAVE),
        (OverrideKind.HOURS, [["18:00", "24:00"]], ""),
    ],
)
def test_leave_over_an_agreed_lesson_leaves_it_to_both_sides(
    scene: Scene, kind: str, windows: list[list[str]], concern: str
) -> None:
    agreed, waiting = scene.agreed(), scene.request(starts_at=evening(5, 9), minutes=60)
    day = evening(5).date()
    set_days(scene.lecturer, first=day, last=day, kind=kind, windows=windows, actor=scene.teacher)
    assert (concern_of(agreed), concern_of(waiting)) == (concern, "")
    assert accept(waiting, actor=scene.teacher).is_agreed


def test_the_lecturer_reads_how_many_lessons_lie_on_days_of_leave(scene: Scene) -> None:
    scene.agreed()
    day = evening(5).date().isoformat()
    given = {"first": day, "last": day, "kind": "leave", "windows": "", "reason": ""}
    client = signed_in(scene.teacher)
    answer = client.post(f"/lecturers/{scene.lecturer.pk}/schedule/days/", given, follow=True)
    assert "这些天有 1 场已约定的课" in answer.content.decode()


def test_a_closed_branch_leaves_agreed_lessons_to_be_decided_and_ends_what_waits(scene: Scene) -> None:
    scene.rule(pending_occupies=True)
    agreed, waiting = scene.agreed(), scene.request(starts_at=evening(7))
    events.publish(OrganisationClosed(scene.branch.pk))

    assert concern_of(agreed) == Concern.ORGANISATION
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.CANCELLED
    assert Occupation.objects.get(released_at__isnull=True).starts_at == agreed.starts_at
    assert told_of(waiting, "booking.ended") >= {scene.teacher.pk}
    page = page_of(scene.teacher, waiting)
    assert "这次约课自行结束" in page
    assert "约课的支部已停用" in page


def test_a_closed_organisation_that_lends_does_the_same(scene: Scene) -> None:
    agreed, waiting = scene.agreed(), scene.request(starts_at=evening(7))
    events.publish(OrganisationClosed(scene.school.pk))
    assert concern_of(agreed) == Concern.LENDER
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.CANCELLED
    assert told_of(waiting, "booking.ended") >= {scene.secretary.pk}


def test_the_story_still_says_why_after_somebody_decided(scene: Scene) -> None:
    agreed = scene.agreed()
    suspend(scene.lecturer, starts_on=evening(5).date(), ends_on=None, reason="进修", actor=scene.dean)
    keep(agreed, actor=scene.secretary)
    page = page_of(scene.secretary, agreed)
    assert page.count("讲师暂时不能授课") == 1
    assert cancel(agreed, actor=scene.secretary, reason="改期").status == BookingStatus.CANCELLED


def test_saving_the_same_term_again_tells_of_a_waiting_request_once(scene: Scene) -> None:
    [term] = scene.lecturer.terms.all()
    waiting = scene.request(starts_at=evening(8))
    for days in (6, 5):
        end_term(term, ends_on=(evening(0) + timedelta(days=days)).date(), actor=scene.dean)
    assert waiting.events.filter(kind=EventKind.FLAGGED).count() == 1


def test_an_organisation_lends_to_those_that_it_names(scene: Scene) -> None:
    named = scene.stranger.memberships.get().organisation

    def lend_to(organisation: Organisation) -> None:
        set_lending_rule(
            scene.school,
            approval="lecturer",
            pending_occupies=False,
            answer_days=3,
            open_to=[organisation],
            actor=scene.dean,
        )

    lend_to(named)
    with pytest.raises(InvalidInput) as refused:
        scene.request()
    assert (refused.value.code, list(refused.value.fields)) == ("not_lent", ["organisation"])
    assert str(named) in str(refused.value.message)
    assert scene.request(by=scene.stranger, organisation=named).is_open

    above = scene.branch.get_parent()
    lend_to(above)
    assert scene.request(starts_at=evening(6)).is_open
