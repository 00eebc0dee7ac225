"""A branch names a list for a lesson that was held; its members find it, and nobody is named."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry, User
from cms.booking.models import BookingRequest, Delivery
from cms.booking.services import deliver, name_catch_up
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.courses.models import Playlist
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.booking import Scene, move_into_past
from tests.factories.lecturers import evening
from tests.factories.organisations import MembershipFactory


def list_of(scene: Scene, title: str = "冬季用气补课") -> Playlist:
    playlist: Playlist = Playlist.objects.create(organisation=scene.branch, title=title, made_by=scene.secretary)
    return playlist


def held(scene: Scene, *, days: int = 0) -> BookingRequest:
    """Return a lesson that ended an hour and `days` ago, recorded."""
    booking = move_into_past(scene.agreed(starts_at=evening(5 + days % 3)), ended=timedelta(days=days, hours=1))
    deliver(booking, actor=scene.secretary, heads=20, minutes=90)
    return booking


def member_of(scene: Scene) -> User:
    person: User = UserFactory()
    MembershipFactory(user=person, organisation=scene.branch)
    return person


def address(booking: BookingRequest) -> str:
    return f"{booking.get_absolute_url()}catch-up/"


def test_the_secretary_names_a_list_and_members_find_it(scene: Scene) -> None:
    booking, playlist = held(scene), list_of(scene)
    secretary, member = signed_in(scene.secretary), signed_in(member_of(scene))
    assert "给没能到场的人" in secretary.get(booking.get_absolute_url()).content.decode()
    assert "没有要补的课" in member.get("/my/missed/").content.decode()

    answer = secretary.post(address(booking), {"playlist": playlist.pk})

    assert (answer.status_code, answer["Location"]) == (302, booking.get_absolute_url())
    page = member.get("/my/missed/").content.decode()
    assert f'<a href="/playlists/{playlist.pk}/">冬季用气</a>' in page
    assert 'href="/my/missed/"' in member.get("/me/").content.decode()
    shown = secretary.get(booking.get_absolute_url()).content.decode()
    assert f'<option value="{playlist.pk}" selected>' in shown


def test_the_list_is_taken_back_and_a_deleted_one_is_gone(scene: Scene) -> None:
    booking, playlist = held(scene), list_of(scene)
    name_catch_up(booking, actor=scene.secretary, playlist=playlist)
    assert signed_in(scene.secretary).post(address(booking), {"playlist": ""}).status_code == 302
    assert Delivery.objects.get().catch_up is None

    name_catch_up(booking, actor=scene.secretary, playlist=playlist)
    playlist.delete()
    assert Delivery.objects.get().catch_up is None


def test_naming_changing_and_taking_back_the_list_is_written_down_each_once(scene: Scene) -> None:
    booking, playlist = held(scene), list_of(scene)
    client = signed_in(scene.secretary)
    for given in (playlist.pk, playlist.pk, ""):
        client.post(address(booking), {"playlist": given})
    rows = AuditEntry.objects.filter(action="booking.name_catch_up").order_by("pk")
    assert list(rows.values_list("actor_id", "target_id", "before", "after")) == [
        (scene.secretary.pk, str(booking.pk), {"playlist": None}, {"playlist": playlist.title}),
        (scene.secretary.pk, str(booking.pk), {"playlist": playlist.title}, {"playlist": None}),
    ]


def test_a_list_for_a_lesson_that_is_not_recorded_yet_is_a_conflict_said_on_the_page(scene: Scene) -> None:
    booking, playlist = scene.agreed(), list_of(scene)
    answer = signed_in(scene.secretary).post(address(booking), {"playlist": playlist.pk})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "stale")
    assert str(answer.context["refusal"].message) in answer.content.decode()
    assert not AuditEntry.objects.filter(action="booking.name_catch_up").exists()


@pytest.mark.parametrize("who", ["teacher", "dean", "stranger"])
def test_only_the_branch_that_asked_names_the_list(scene: Scene, who: str) -> None:
    booking, playlist = held(scene), list_of(scene)
    person: User = getattr(scene, who)

    assert signed_in(person).post(address(booking), {"playlist": playlist.pk}).status_code == 404
    with pytest.raises(DomainError) as refused:
        name_catch_up(booking, actor=person, playlist=playlist)
    assert (refused.value.code, refused.value.status) == ("not_yours", 403)
    assert Delivery.objects.get().catch_up is None


@pytest.mark.long
def test_whoever_taught_sees_no_field_for_it(scene: Scene) -> None:
    booking = held(scene)
    assert "给没能到场的人" not in signed_in(scene.teacher).get(booking.get_absolute_url()).content.decode()


def test_another_branch_neither_lends_its_list_nor_reads_ours(scene: Scene) -> None:
    booking, playlist = held(scene), list_of(scene)
    theirs = Playlist.objects.create(organisation=scene.school, title="别处的单子")
    answer = signed_in(scene.secretary).post(address(booking), {"playlist": theirs.pk})
    assert answer.status_code == 400
    assert "这一项现在不能选" in answer.content.decode()
    with pytest.raises(InvalidInput):
        name_catch_up(booking, actor=scene.secretary, playlist=theirs)

    name_catch_up(booking, actor=scene.secretary, playlist=playlist)
    assert "冬季用气" not in signed_in(scene.stranger).get("/my/missed/").content.decode()


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 40, "\x00"])
def test_what_is_no_list_gets_a_sentence_at_the_field(scene: Scene, key: str) -> None:
    answer = signed_in(scene.secretary).post(address(held(scene)), {"playlist": key})
    assert answer.status_code == 400


def test_a_lesson_that_was_not_recorded_has_nothing_to_catch_up_with(scene: Scene) -> None:
    booking, playlist = scene.agreed(), list_of(scene)
    client = signed_in(scene.secretary)

    answer = client.post(address(booking), {"playlist": playlist.pk}, follow=True)

    assert "先登记这堂课，才能选补课清单。" in answer.content.decode()
    with pytest.raises(StaleState):
        name_catch_up(booking, actor=scene.secretary, playlist=playlist)


def test_the_address_is_posted_to_by_somebody_signed_in(scene: Scene) -> None:
    booking = held(scene)
    assert signed_in(scene.secretary).get(address(booking)).status_code == 405
    assert Client().post(address(booking)).status_code == 302
    assert Client().get("/my/missed/").status_code == 302
    assert signed_in(scene.secretary).post("/my/missed/").status_code == 405


def test_after_half_a_year_it_stands_there_no_more(scene: Scene) -> None:
    name_catch_up(held(scene, days=184), actor=scene.secretary, playlist=list_of(scene))
    assert "冬季用气" not in signed_in(scene.secretary).get("/my/missed/").content.decode()


@pytest.mark.wide
def test_three_lessons_take_as_many_queries_as_one(scene: Scene) -> None:
    member, playlist = signed_in(member_of(scene)), list_of(scene)
    counted = []
    for days in (0, 1, 2):
        name_catch_up(held(scene, days=days), actor=scene.secretary, playlist=playlist)
        member.get("/my/missed/")
        with CaptureQueriesContext(connection) as queries:
            member.get("/my/missed/")
        counted.append(len(queries))
    assert counted[2] == counted[0]
