"""Who speaks in a lesson: a colleague among thousands, found by two characters of the name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.lessons.services.groups import ensure_editor_permissions
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.admin import in_admin
from tests.factories.lesson_admin import edit_url, whole_form
from tests.factories.lessons import Stage, draft_of, make_draft, make_published, make_stage, make_submitted
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db
DETAILS = {"title": "雪后巡线", "template": "free", "work_type": "lecture", "reach": "public", "digest": "一\n二\n三"}


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


@pytest.fixture
def colleague(stage: Stage) -> User:
    return member_of(stage, "欧阳雪松")


def member_of(stage: Stage, name: str) -> User:
    person: User = UserFactory(name=name)
    MembershipFactory(user=person, organisation=stage.branch)
    return person


def option(person: User, *, chosen: bool = False) -> str:
    return f'<option value="{person.pk}"{" selected" if chosen else ""}>{person.name}</option>'


def listed(client: Client, address: str, words: str) -> Any:
    return client.get(address, {"q": words}).json()


@pytest.mark.long
def test_colleagues_are_listed_while_somebody_types_two_characters_of_the_name(stage: Stage, colleague: User) -> None:
    member_of(stage, "李雪")
    client, lesson = signed_in(stage.author), make_draft(stage)
    found = {"items": [{"key": colleague.pk, "name": "欧阳雪松"}], "note": "查到 1 位，请在下面选择。"}
    for address in (reverse("lessons:own_speakers"), reverse("lessons:speakers", args=[lesson.pk])):
        assert listed(client, address, "雪松") == found
        assert listed(client, address, "雪") == {"items": [], "note": "请至少输入姓名中的两个字。"}
        assert listed(client, address, " ") == {"items": [], "note": ""}
        assert listed(client, address, "没有") == {"items": [], "note": "本组织里没有查到这个名字。"}


def test_of_very_many_of_one_name_the_first_are_listed(stage: Stage) -> None:
    for turn in range(21):
        member_of(stage, f"王小明{turn:02}")
    found = listed(signed_in(stage.author), reverse("lessons:own_speakers"), "王小")
    assert [row["name"] for row in found["items"]] == [f"王小明{turn:02}" for turn in range(20)]
    assert found["note"] == "先列出 20 位。要找其他人，请再多输入几个字。"


def test_people_of_elsewhere_are_not_found_and_people_without_a_branch_find_nobody(stage: Stage) -> None:
    User.objects.filter(pk=stage.outsider.pk).update(name="别处的人")
    address = reverse("lessons:own_speakers")
    assert [listed(signed_in(person), address, "别处")["items"] for person in (stage.author, UserFactory())] == [
        [],
        [],
    ]


@pytest.mark.long
def test_for_a_lesson_its_author_searches_and_an_editor_once_it_was_handed_in(stage: Stage, colleague: User) -> None:
    people = (stage.author, stage.editor, stage.secretary, stage.outsider)
    statuses = [
        [signed_in(person).get(reverse("lessons:speakers", args=[lesson.pk])).status_code for person in people]
        for lesson in (make_draft(stage), make_submitted(stage))
    ]
    assert statuses == [[200, 404, 404, 404], [200, 200, 404, 404]]
    assert signed_in(stage.author).get("/lessons/999999/speakers/").status_code == 404
    assert signed_in(stage.author).post(reverse("lessons:own_speakers")).status_code == 405


@pytest.mark.long
def test_without_scripts_the_button_saves_the_draft_and_lists_who_has_the_name(stage: Stage, colleague: User) -> None:
    lesson, client = make_draft(stage), signed_in(stage.author)
    address = reverse("lessons:edit", args=[lesson.pk])
    sought = DETAILS | {"speaker_words": "雪松", "find_speaker": "", "title": "找主讲人之前改的题目"}
    answer = client.post(address, sought)
    page = client.get(answer["Location"]).content.decode()
    assert draft_of(lesson).title == "找主讲人之前改的题目"
    assert (option(colleague) in page, "查到 1 位" in page, '<details class="fold" open>' in page) == (
        True,
        True,
        True,
    )
    assert option(colleague) not in client.get(address).content.decode()


@pytest.mark.long
def test_without_scripts_the_button_of_the_upload_page_begins_the_lesson(stage: Stage, colleague: User) -> None:
    client = signed_in(stage.author)
    key = client.get("/upload/").context["form"]["draft_key"].value()
    sought = DETAILS | {"draft_key": key, "speaker_words": "雪松", "find_speaker": ""}
    page = client.post("/upload/", sought, follow=True).content.decode()
    assert option(colleague) in page


def test_the_button_without_a_name_goes_on_as_saving_does(stage: Stage) -> None:
    lesson = make_draft(stage)
    posted = DETAILS | {"speaker_words": " ", "find_speaker": ""}
    answer = signed_in(stage.author).post(reverse("lessons:edit", args=[lesson.pk]), posted)
    assert answer["Location"] == reverse("lessons:captions", args=[lesson.pk])


def test_the_found_and_the_chosen_stay_when_something_else_is_wrong(stage: Stage, colleague: User) -> None:
    client, address = signed_in(stage.author), reverse("lessons:edit", args=[make_draft(stage).pk])
    wrong = DETAILS | {"title": "长" * 41, "speaker": stage.secretary.pk, "speaker_words": "雪松"}
    answer = client.post(address, wrong)
    page = answer.content.decode()
    assert (answer.status_code, option(colleague) in page) == (400, True)
    assert option(stage.secretary, chosen=True) in page


@pytest.mark.long
def test_a_colleague_is_chosen_and_strangers_are_not(stage: Stage, colleague: User) -> None:
    lesson, client = make_draft(stage), signed_in(stage.author)
    address = reverse("lessons:edit", args=[lesson.pk])
    client.post(address, DETAILS | {"speaker": colleague.pk})
    assert draft_of(lesson).speaker_shown == "欧阳雪松"
    assert option(colleague, chosen=True) in client.get(address).content.decode()
    for stranger in (stage.outsider.pk, "0", "x", "9" * 40):
        assert client.post(address, DETAILS | {"speaker": stranger}).status_code == 400
    answer = client.post(address, DETAILS | {"speaker": colleague.pk, "speaker_name": "老王"})
    assert (answer.status_code, "只能填一项" in answer.content.decode()) == (400, True)
    client.post(address, DETAILS | {"speaker_name": "老王"})
    assert draft_of(lesson).speaker_shown == "老王"


@pytest.mark.long
def test_an_editor_finds_the_speaker_the_same_way(stage: Stage, colleague: User) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    page = client.get(edit_url(lesson)).content.decode()
    assert option(colleague) not in page
    assert f'data-speakers="{reverse("lessons:speakers", args=[lesson.pk])}"' in page
    assert "weike/speakers" in page
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | {"speaker": colleague.pk})
    assert (answer.status_code, draft_of(lesson).speaker) == (302, colleague)
