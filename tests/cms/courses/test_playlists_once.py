"""A playlist that is sent twice is begun once: a double click, and going back and sending again."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.courses.models import Playlist
from cms.courses.services.playlists import add_to_playlist, make_playlist
from cms.organisations.enums import Role
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.organisations import RoleAssignmentFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def new_list(stage: Stage, **changes: Any) -> dict[str, Any]:
    """Return what the browser sends from a fresh form."""
    return {"title": "十二月共学", "note": "", "organisation": stage.branch.pk, "token": str(uuid4())} | changes


def test_a_double_click_makes_one_list_with_one_entry_in_the_log(stage: Stage) -> None:
    keeper, form = as_person(stage.secretary), new_list(stage)
    sent = [keeper.post("/workbench/playlists/", form) for _click in range(2)]
    [made] = Playlist.objects.all()
    assert [answer.headers["Location"] for answer in sent] == [f"/workbench/playlists/{made.pk}/"] * 2
    assert AuditEntry.objects.filter(action="courses.make_playlist").count() == 1


@pytest.mark.long
def test_going_back_and_sending_again_neither_doubles_nor_loses_a_list(stage: Stage) -> None:
    keeper, form, lesson = as_person(stage.secretary), new_list(stage), make_published(stage)
    # Whether going back brings the form as it was or a new one: the same words are the same list, others are another.
    for sent in (form, new_list(stage), {**form, "title": "新年共学"}, {**form, "note": "带上笔"}):
        assert keeper.post("/workbench/playlists/", sent).status_code == 302
    assert sorted(Playlist.objects.values_list("title", "note")) == [
        ("十二月共学", ""),
        ("十二月共学", "带上笔"),
        ("新年共学", ""),
    ]
    # A list that holds something was not sent a moment ago: one of the same name is made on purpose, not by the old form.
    for playlist in Playlist.objects.all():
        add_to_playlist(playlist, lesson, actor=stage.secretary)
    for sent in (form, new_list(stage)):
        keeper.post("/workbench/playlists/", sent)
    assert Playlist.objects.filter(title="十二月共学", note="").count() == 2


def test_the_form_of_a_new_list_is_sent_as_the_page_shows_it_and_not_without_what_tells_it_apart(stage: Stage) -> None:
    keeper = as_person(stage.secretary)
    page = keeper.get("/workbench/playlists/").content.decode()
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    assert keeper.post("/workbench/playlists/", new_list(stage, token="")).status_code == 400
    assert keeper.post("/workbench/playlists/", new_list(stage, token=token)).status_code == 302
    colleague = UserFactory()
    give_second_factor(colleague)
    RoleAssignmentFactory(user=colleague, organisation=stage.branch, role=Role.BRANCH_SECRETARY)
    # The same words of another person are another list, whatever token stands in the form.
    as_person(colleague).post("/workbench/playlists/", new_list(stage, token=token))
    assert sorted(Playlist.objects.values_list("made_by", flat=True)) == sorted([stage.secretary.pk, colleague.pk])


@pytest.mark.wide
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_list(stage: Stage) -> None:
    token = uuid4()

    def click(_number: int) -> int:
        try:
            return make_playlist(stage.branch, title="十二月共学", actor=stage.secretary, token=token).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        made = set(both.map(click, range(2)))
    assert (made, AuditEntry.objects.filter(action="courses.make_playlist").count()) == (
        {Playlist.objects.get().pk},
        1,
    )
