"""Taking in, appointing, suspending, lending: each act is written down, and search follows."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cms.accounts.models import AuditEntry
from cms.core import events
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.lecturers.enums import Approval
from cms.lecturers.events import LecturerSuspended
from cms.lecturers.models import Lecturer, LendingRule, Suspension
from cms.lecturers.queries import free_slots, personal_profile, rule_for
from cms.lecturers.search_documents import lecturer_document, lecturer_keys
from cms.lecturers.services import (
    add_lecturer,
    add_offer,
    appoint,
    end_suspension,
    hide_lecturer,
    note_turns_of_today,
    set_lending_rule,
    show_lecturer,
    suspend,
)
from cms.organisations.services import (
    deactivate_organisation,
    move_organisation,
    reactivate_organisation,
    rename_organisation,
)
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from tests.cms.lecturers.conftest import Scene
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import LecturerFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import AudienceFactory, TeachingMethodFactory, TopicFactory

pytestmark = pytest.mark.django_db


def noted(lecturer: Lecturer) -> int:
    return OutboxEntry.objects.filter(kind="lecturer", object_id=str(lecturer.pk)).count()


def test_somebody_is_taken_in_appointed_and_shown(scene: Scene) -> None:
    topic = TopicFactory(slug="safety", name="安全生产")
    lecturer = add_lecturer(
        "孟守安",
        kind="guest",
        organisation=scene.county,
        actor=scene.editor,
        topics=[topic],
        visibility=Visibility.PUBLIC,
        contact_phone="19900004321",
        introduction="讲井下安全。",
    )
    add_offer(
        lecturer,
        "下井前的七个动作",
        minutes=45,
        digest="现场示范",
        audiences=[AudienceFactory()],
        methods=[TeachingMethodFactory(name="示范练习", slug="practice")],
        actor=scene.editor,
    )
    assert lecturer_document(str(lecturer.pk)) is None
    show_lecturer(lecturer, actor=scene.editor)
    assert lecturer_document(str(lecturer.pk)) is None
    appoint(lecturer, starts_on=today(), ends_on=None, actor=scene.editor)

    document = lecturer_document(str(lecturer.pk))

    assert document is not None
    assert (document.title, document.tags, document.visibility.public) == ("孟守安", ("安全生产", "示范练习"), True)
    assert [facet.value for facet in document.facets["method"]] == ["practice"]
    assert "下井前的七个动作" in document.body
    assert "19900004321" not in repr(document)
    assert str(lecturer.pk) in set(lecturer_keys())
    acts = AuditEntry.objects.filter(target_kind="lecturers.lecturer", target_id=str(lecturer.pk)).order_by("pk")
    assert [act.action for act in acts] == [
        "lecturers.add",
        "lecturers.add_offer",
        "lecturers.show",
        "lecturers.appoint",
    ]


def test_a_lesson_of_the_menu_has_a_length(scene: Scene) -> None:
    with pytest.raises(ValidationError):
        add_offer(scene.lecturer, "太长", minutes=481, actor=scene.editor)


def test_who_is_hidden_is_no_longer_found(scene: Scene) -> None:
    before = noted(scene.lecturer)
    hide_lecturer(scene.lecturer, actor=scene.editor)
    hide_lecturer(scene.lecturer, actor=scene.editor)

    assert lecturer_document(str(scene.lecturer.pk)) is None
    assert noted(scene.lecturer) == before + 1


def test_a_suspension_takes_free_times_away_and_the_rooms_above_hear_of_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[LecturerSuspended] = []
    monkeypatch.setitem(events._subscribers, LecturerSuspended, [heard.append])
    first = today() + timedelta(days=3)

    suspend(scene.lecturer, starts_on=first, ends_on=first, reason="外出进修", actor=scene.editor)

    assert heard == [LecturerSuspended(scene.lecturer.pk, first, first)]
    found = {slot.start.date() for slot in free_slots(scene.lecturer, today(), today() + timedelta(days=7), 90)}
    assert first not in found
    assert first + timedelta(days=1) in found


def test_the_reason_of_a_suspension_is_read_where_the_form_says_so(scene: Scene) -> None:
    """Those who look after the pool and the lecturer; not the audit log, which keeps for years what people need not."""
    person = UserFactory()
    Lecturer.objects.filter(pk=scene.lecturer.pk).update(user=person)
    suspend(scene.lecturer, starts_on=today(), ends_on=None, reason="外出进修", actor=scene.editor)
    entry = AuditEntry.objects.get(action="lecturers.suspend")
    assert (entry.reason, "外出进修" in str(entry.after)) == ("", False)
    assert "外出进修" in [row.get("text") for row in personal_profile(person)]


def test_a_suspension_that_runs_hides_the_lecturer_from_search_until_it_ends(scene: Scene) -> None:
    suspension = suspend(
        scene.lecturer, starts_on=today() - timedelta(days=2), ends_on=None, reason="外出", actor=scene.editor
    )
    assert lecturer_document(str(scene.lecturer.pk)) is None

    end_suspension(suspension, actor=scene.editor)

    assert lecturer_document(str(scene.lecturer.pk)) is not None
    assert Suspension.objects.get().ends_on == today() - timedelta(days=1)


def test_a_suspension_that_is_over_is_not_lengthened_by_ending_it_again(scene: Scene) -> None:
    first, last = today() - timedelta(days=9), today() - timedelta(days=5)
    suspension = suspend(scene.lecturer, starts_on=first, ends_on=last, reason="外出", actor=scene.editor)
    with pytest.raises(StaleState):
        end_suspension(suspension, actor=scene.editor)
    assert Suspension.objects.get().ends_on == last
    assert not AuditEntry.objects.filter(action="lecturers.end_suspension").exists()


def test_a_suspension_that_has_not_begun_goes_altogether(scene: Scene) -> None:
    suspension = suspend(scene.lecturer, starts_on=today(), ends_on=None, reason="外出", actor=scene.editor)
    end_suspension(suspension, actor=scene.editor)

    assert not Suspension.objects.exists()


@pytest.mark.parametrize(("days", "reason"), [(-1, "外出"), (1, "  ")])
def test_a_suspension_without_reason_or_order_is_refused(scene: Scene, days: int, reason: str) -> None:
    with pytest.raises(InvalidInput):
        suspend(
            scene.lecturer,
            starts_on=today(),
            ends_on=today() + timedelta(days=days),
            reason=reason,
            actor=scene.editor,
        )
    assert not Suspension.objects.exists()


def test_a_term_that_ends_before_it_begins_is_refused(scene: Scene) -> None:
    with pytest.raises(InvalidInput):
        appoint(scene.lecturer, starts_on=today(), ends_on=today() - timedelta(days=1), actor=scene.editor)


def test_no_free_time_lies_beyond_the_term(scene: Scene) -> None:
    scene.lecturer.terms.all().delete()
    last = today() + timedelta(days=5)
    appoint(scene.lecturer, starts_on=today(), ends_on=last, actor=scene.editor)

    found = free_slots(scene.lecturer, today(), today() + timedelta(days=30), 90)

    assert max(slot.start.date() for slot in found) == last


def test_the_index_follows_terms_and_suspensions_that_end_by_date(scene: Scene) -> None:
    quiet = LecturerFactory()
    ending = LecturerFactory(term=False)
    appoint(ending, starts_on=today() - timedelta(days=300), ends_on=today() - timedelta(days=1), actor=None)
    before = noted(ending), noted(quiet)

    assert note_turns_of_today() == 1
    assert (noted(ending), noted(quiet)) == (before[0] + 1, before[1])


def test_the_rule_of_the_nearest_organisation_holds(scene: Scene) -> None:
    assert (rule_for(scene.lecturer).approval, rule_for(scene.lecturer).pending_occupies) == (Approval.LECTURER, False)
    set_lending_rule(
        scene.county, approval=Approval.ORGANISATION, pending_occupies=True, answer_days=5, actor=scene.editor
    )
    assert (rule_for(scene.lecturer).approval, rule_for(scene.lecturer).pending_occupies) == ("organisation", True)
    set_lending_rule(
        scene.lecturer.organisation,
        approval=Approval.LECTURER_FIRST,
        pending_occupies=False,
        answer_days=2,
        actor=scene.editor,
    )
    assert rule_for(scene.lecturer).answer_days == 2
    scene.lecturer.approval = Approval.ORGANISATION_FIRST
    assert rule_for(scene.lecturer).approval == "organisation_first"
    assert LendingRule.objects.count() == 2


def test_a_rule_with_odd_values_is_refused(scene: Scene) -> None:
    with pytest.raises(ValidationError):
        set_lending_rule(scene.county, approval="nobody", pending_occupies=False, answer_days=0, actor=scene.editor)
    assert not LendingRule.objects.exists()


def test_lecturers_see_all_that_is_stored_about_them(scene: Scene) -> None:
    suspend(scene.lecturer, starts_on=today(), ends_on=None, reason="外出进修", actor=scene.editor)

    records = list(personal_profile(scene.person))

    assert records[0]["phone"] == "19900001234"
    assert records[1]["text"] == "外出进修"
    assert list(personal_profile(scene.editor)) == []


def test_search_follows_the_organisation_of_a_lecturer_that_is_renamed_moved_closed_and_reopened() -> None:
    school, elsewhere = OrganisationFactory(name="旧校"), OrganisationFactory()
    narrow = {"visibility": Visibility.ORGANISATION, "visible_organisation": school}
    kept = LecturerFactory(organisation=school)
    meant = LecturerFactory(**narrow)
    others = [LecturerFactory(), LecturerFactory(organisation=school, live=False)]
    told = []
    for act in (
        lambda: rename_organisation(school, name="新校"),
        lambda: move_organisation(school, parent=elsewhere),
        lambda: deactivate_organisation(school),
        lambda: reactivate_organisation(school),
    ):
        act()
        told.append((noted(kept), noted(meant), lecturer_document(str(kept.pk)) is not None))
    assert told == [(1, 1, True), (2, 2, True), (3, 2, False), (4, 2, True)]
    assert [noted(other) for other in others] == [0, 0]
    found = lecturer_document(str(kept.pk))
    assert found is not None
    assert found.subtitle == "新校"
