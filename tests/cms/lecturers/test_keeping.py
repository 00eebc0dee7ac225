"""Those who keep lecturers: terms, suspensions with private reasons, the rule of lending."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.core.errors import StaleState
from cms.lecturers.models import LendingRule
from cms.lecturers.services import end_suspension
from cms.organisations.enums import OrganisationKind, Role
from tests.cms.lecturers.conftest import Scene
from tests.factories.booking import keeper_of
from tests.factories.lecturers import LecturerFactory, SuspensionFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(scene: Scene) -> User:
    return keeper_of(scene.lecturer.organisation)


@pytest.fixture
def keeper(client: Client, secretary: User) -> Client:
    client.force_login(secretary)
    return client


def base(scene: Scene) -> str:
    return f"/workbench/lecturers/{scene.lecturer.pk}/"


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_the_list_holds_the_own_lecturers_in_a_fixed_number_of_queries(keeper: Client, scene: Scene) -> None:
    LecturerFactory(name="别处的讲师")
    counts = []
    for name in ("江枫", "苏杭", "唐棠"):
        SuspensionFactory(lecturer=LecturerFactory(name=name, organisation=scene.lecturer.organisation))
        with CaptureQueriesContext(connection) as seen:
            page = keeper.get("/workbench/lecturers/").content.decode()
        counts.append(len(seen))
        assert name in page
    assert len(set(counts)) == 1
    assert "周砚秋" in page
    assert "别处的讲师" not in page
    assert "外出进修" not in page


def test_a_term_is_given_and_ended(keeper: Client, scene: Scene, secretary: User) -> None:
    scene.lecturer.terms.all().delete()
    assert "今天不在聘期" in keeper.get(base(scene)).content.decode()
    assert keeper.post(f"{base(scene)}terms/", {"starts_on": day(0), "ends_on": day(90)})["Location"] == base(scene)
    [term] = scene.lecturer.terms.all()
    assert (term.starts_on.isoformat(), term.ends_on and term.ends_on.isoformat()) == (day(0), day(90))

    wrong = keeper.post(f"{base(scene)}terms/{term.pk}/", {"ends_on": day(-1)})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (400, ["ends_on"])
    assert keeper.post(f"{base(scene)}terms/{term.pk}/", {"ends_on": day(30)}).status_code == 302
    term.refresh_from_db()
    assert term.ends_on is not None
    assert term.ends_on.isoformat() == day(30)
    acts = AuditEntry.objects.filter(action__startswith="lecturers.").order_by("pk")
    assert [(act.action, act.actor_id) for act in acts] == [
        ("lecturers.appoint", secretary.pk),
        ("lecturers.end_term", secretary.pk),
    ]


@pytest.mark.long
def test_a_suspension_has_a_reason_that_only_keepers_read_and_is_ended(keeper: Client, scene: Scene) -> None:
    address = f"{base(scene)}suspensions/"
    empty = keeper.post(address, {"starts_on": day(0), "ends_on": "", "reason": " "})
    assert (empty.status_code, list(empty.context["form"].errors)) == (400, ["reason"])
    assert keeper.post(address, {"starts_on": day(0), "ends_on": "", "reason": "外出进修"}).status_code == 302
    [suspension] = scene.lecturer.suspensions.all()
    page = keeper.get(base(scene)).content.decode()
    assert "外出进修" in page
    assert "暂不授课" in page
    assert "外出进修" not in keeper.get(scene.lecturer.get_absolute_url()).content.decode()
    own = Client()
    own.force_login(scene.person)
    assert "外出进修" not in own.get("/my/schedule/").content.decode()

    end = f"{address}{suspension.pk}/end/"
    assert keeper.get(end).status_code == 405
    assert keeper.post(end).status_code == 302
    assert not scene.lecturer.suspensions.exists()
    assert keeper.post(end).status_code == 404


def test_ending_a_suspension_that_is_over_is_answered_with_a_sentence(keeper: Client, scene: Scene) -> None:
    over = SuspensionFactory(lecturer=scene.lecturer, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9))
    page = keeper.post(f"{base(scene)}suspensions/{over.pk}/end/", follow=True).content.decode()
    assert "这次暂停已经结束" in page
    over.refresh_from_db()
    assert over.ends_on == date(2026, 1, 9)


def test_a_suspension_that_somebody_ended_a_moment_ago_is_over(scene: Scene) -> None:
    ahead = SuspensionFactory(lecturer=scene.lecturer, starts_on=today() + timedelta(days=3), ends_on=None)
    end_suspension(ahead, actor=None)
    with pytest.raises(StaleState):
        end_suspension(ahead, actor=None)


@pytest.mark.parametrize(
    ("page", "given", "field"),
    [
        ("terms/", {"starts_on": "gestern", "ends_on": ""}, "starts_on"),
        ("terms/", {"starts_on": "2026-05-05", "ends_on": "2026-05-04"}, "ends_on"),
        ("terms/", {"starts_on": "9" * 5000, "ends_on": ""}, "starts_on"),
        ("suspensions/", {"starts_on": "2026-05-05", "ends_on": "", "reason": "长" * 401}, "reason"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    keeper: Client, scene: Scene, page: str, given: dict[str, Any], field: str
) -> None:
    answer = keeper.post(f"{base(scene)}{page}", given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_the_rule_of_lending_is_written_by_the_organisation_itself(
    keeper: Client, scene: Scene, secretary: User
) -> None:
    organisation = scene.lecturer.organisation
    committee = OrganisationFactory(kind=OrganisationKind.COMMITTEE)
    address = f"/workbench/lecturers/rules/{organisation.pk}/"
    assert keeper.get(address).context["form"]["answer_days"].value() == 3

    given = {"approval": "organisation_first", "answer_days": "5", "pending_occupies": "on", "open_to": [committee.pk]}
    assert keeper.post(address, given)["Location"] == "/workbench/lecturers/"
    rule = LendingRule.objects.get()
    assert (rule.organisation, rule.approval, rule.answer_days, rule.pending_occupies) == (
        organisation,
        "organisation_first",
        5,
        True,
    )
    assert list(rule.open_to.all()) == [committee]
    assert AuditEntry.objects.get(action="lecturers.set_rule").actor_id == secretary.pk
    assert str(committee) in keeper.get(scene.lecturer.get_absolute_url()).content.decode()
    for wrong in ({"approval": "x"}, {"answer_days": "0"}, {"answer_days": "9" * 40}, {"open_to": ["9" * 40]}):
        answer = keeper.post(address, {**given, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(wrong))


@pytest.mark.long
def test_nobody_else_decides_and_nobody_about_oneself(client: Client, scene: Scene) -> None:
    colleague = keeper_of(OrganisationFactory(), Role.BRANCH_ADMIN)
    own = keeper_of(scene.lecturer.organisation)
    LecturerFactory(organisation=scene.lecturer.organisation, user=own)
    pages = ("", "terms/", "suspensions/")
    rule = f"/workbench/lecturers/rules/{scene.lecturer.organisation.pk}/"
    for person, status in ((scene.person, 403), (colleague, 404), (scene.editor, 200)):
        client.force_login(person)
        assert [client.get(f"{base(scene)}{page}").status_code for page in pages] == [status] * 3
        assert client.get(rule).status_code == status
    client.force_login(own)
    assert client.get(f"/workbench/lecturers/{own.lecturer.pk}/").status_code == 404
