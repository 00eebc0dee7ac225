from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry, User
from cms.core.errors import InvalidInput, StaleState
from cms.courses.enums import WishStatus
from cms.courses.models import Playlist, TopicWish
from cms.courses.services.playlists import (
    MAX_OPEN_WISHES,
    ask_for_topic,
    decline_wish,
    make_playlist,
    move_in_playlist,
    put_on_playlist,
    take_back_wish,
)
from cms.lessons.services import unpublish
from cms.notices.models import Notice
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.courses import make_list, make_wish
from tests.factories.lessons import Stage, make_published, make_stage
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
HUGE = "9" * 400


stage = standing_scene(make_stage)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def titles(playlist: Playlist) -> list[str]:
    return [entry.lesson.title for entry in playlist.entries.select_related("lesson")]


def test_a_topic_reaches_those_who_keep_the_playlists_without_a_name(stage: Stage) -> None:
    answer = as_person(stage.author).post("/wishes/", {"text": " 冬季用电 "})
    assert (answer.status_code, TopicWish.objects.get().text) == (302, "冬季用电")
    notice = Notice.objects.get(user=stage.secretary)
    assert (notice.kind, "冬季用电" in notice.title, notice.body) == ("courses.wish", False, "冬季用电")
    assert stage.author.name not in notice.title + notice.body
    page = as_person(stage.secretary).get(notice.url).content.decode()
    assert "冬季用电" in page
    assert stage.author.name not in page


@pytest.mark.parametrize("text", ["", "  ", "长" * 121, "a\x00b"])
def test_a_topic_that_cannot_be_used_is_shown_again(stage: Stage, text: str) -> None:
    answer = as_person(stage.author).post("/wishes/", {"text": text})
    assert (answer.status_code, TopicWish.objects.count()) == (400, 0)


def test_a_topic_that_still_waits_is_not_asked_again_and_may_be_once_it_was_answered(stage: Stage) -> None:
    wish, client = make_wish(stage), as_person(stage.author)
    again = client.post("/wishes/", {"text": f"  {wish.text} "})
    assert (again.status_code, TopicWish.objects.count()) == (400, 1)
    assert again.context["form"].errors["text"] == ["你已经点过这个题目，答复会以通知发给你。"]
    assert f'value="  {wish.text} "' in again.content.decode()
    assert Notice.objects.filter(kind="courses.wish").count() == 1
    decline_wish(wish, actor=stage.secretary, answer="下个月再安排")
    assert client.post("/wishes/", {"text": wish.text}).status_code == 302
    assert TopicWish.objects.count() == 2


def test_the_database_holds_one_open_wish_for_a_topic_of_a_person(stage: Stage) -> None:
    wish = make_wish(stage)
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicWish.objects.create(author=wish.author, organisation=wish.organisation, text=wish.text)
    TopicWish.objects.create(author=stage.secretary, organisation=wish.organisation, text=wish.text)


@pytest.mark.wide
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_eight_same_wishes_at_once_one_is_written_and_told(stage: Stage) -> None:
    def ask(_number: int) -> bool:
        try:
            ask_for_topic(User.objects.get(pk=stage.author.pk), "冬季用电")
        except InvalidInput:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as hands:
        written = list(hands.map(ask, range(8)))
    assert (sum(written), TopicWish.objects.count()) == (1, 1)
    assert Notice.objects.filter(kind="courses.wish", user=stage.secretary).count() == 1


def test_ten_topics_may_wait(stage: Stage) -> None:
    make_wish(stage)
    for number in range(MAX_OPEN_WISHES - 1):
        make_wish(stage, f"题目{number}")
    with pytest.raises(InvalidInput):
        make_wish(stage, "又一个")


def test_who_belongs_to_no_branch_is_told(stage: Stage) -> None:
    with pytest.raises(InvalidInput):
        ask_for_topic(UserFactory(), "冬季用电")


def test_a_topic_is_answered_with_a_playlist_once(stage: Stage) -> None:
    wish, playlist = make_wish(stage), make_list(stage, make_published(stage))
    keeper = as_person(stage.secretary)
    sent = keeper.post(f"/workbench/wishes/{wish.pk}/", {"playlist": playlist.pk, "answer": "周四晚上放映"})
    wish.refresh_from_db()
    assert (sent.status_code, wish.status, wish.playlist_id) == (302, WishStatus.TAKEN, playlist.pk)
    notice = Notice.objects.get(user=stage.author, kind="courses.wish_answered")
    assert (notice.body, notice.url) == ("周四晚上放映", f"/playlists/{playlist.pk}/")
    assert AuditEntry.objects.filter(action="courses.wish_taken").count() == 1
    with pytest.raises(StaleState):
        decline_wish(wish, actor=stage.secretary, answer="不了")
    again = keeper.post(f"/workbench/wishes/{wish.pk}/", {"answer": "不了"})
    assert (again.status_code, "不了" in again.content.decode()) == (409, True)


def test_without_a_playlist_a_reason_is_needed(stage: Stage) -> None:
    wish = make_wish(stage)
    keeper = as_person(stage.secretary)
    assert keeper.post(f"/workbench/wishes/{wish.pk}/", {"answer": " "}).status_code == 400
    assert keeper.post(f"/workbench/wishes/{wish.pk}/", {"playlist": HUGE, "answer": "x"}).status_code == 400
    assert keeper.post(f"/workbench/wishes/{wish.pk}/", {"answer": "上月刚放过"}).status_code == 302
    wish.refresh_from_db()
    assert (wish.status, wish.answer) == (WishStatus.DECLINED, "上月刚放过")
    assert "上月刚放过" in as_person(stage.author).get("/wishes/").content.decode()


def test_a_topic_is_not_answered_with_another_branchs_list(stage: Stage) -> None:
    from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

    other = OrganisationFactory(parent=stage.committee)
    RoleAssignmentFactory(user=stage.secretary, organisation=other)
    secretary = User.objects.get(pk=stage.secretary.pk)
    foreign = make_playlist(other, title="别家的", actor=secretary)
    with pytest.raises(InvalidInput):
        put_on_playlist(make_wish(stage), foreign, actor=secretary)


def test_only_an_open_topic_can_be_taken_back_and_only_by_who_asked(stage: Stage) -> None:
    wish = make_wish(stage)
    assert as_person(stage.outsider).post(f"/wishes/{wish.pk}/take-back/").status_code == 404
    assert as_person(stage.author).get(f"/wishes/{wish.pk}/take-back/").status_code == 405
    assert as_person(stage.author).post(f"/wishes/{wish.pk}/take-back/").status_code == 302
    assert not TopicWish.objects.exists()
    answered = make_wish(stage)
    decline_wish(answered, actor=stage.secretary, answer="不了")
    with pytest.raises(StaleState):
        take_back_wish(answered)


@pytest.mark.long
def test_a_playlist_is_made_filled_and_put_in_order(stage: Stage) -> None:
    first, second = make_published(stage, title="甲课"), make_published(stage, title="乙课")
    keeper = as_person(stage.secretary)
    form = {"title": "十二月共学", "note": "带上笔", "organisation": stage.branch.pk, "token": str(uuid4())}
    address = keeper.post("/workbench/playlists/", form).headers["Location"]
    for lesson in (first, second, first):
        keeper.post(address, {"act": "add", "key": lesson.pk})
    playlist = Playlist.objects.get()
    assert titles(playlist) == ["甲课", "乙课"]
    keeper.post(address, {"act": "up", "key": playlist.entries.last().pk})  # type: ignore[union-attr]  # there are two
    assert titles(playlist) == ["乙课", "甲课"]
    keeper.post(address, {"act": "remove", "key": playlist.entries.first().pk})  # type: ignore[union-attr]  # see above
    assert titles(playlist) == ["甲课"]
    keeper.post(address, {"title": "新年共学", "note": ""})
    assert Playlist.objects.get().title == "新年共学"


@pytest.mark.parametrize("steps", [-100, 100])
@pytest.mark.long
def test_moving_beyond_an_end_stays_there(stage: Stage, steps: int) -> None:
    playlist = make_list(stage, *(make_published(stage, title=name) for name in ("甲课", "乙课", "丙课")))
    middle = playlist.entries.all()[1]
    move_in_playlist(playlist, middle.pk, steps=steps)
    assert titles(playlist).index("乙课") == (0 if steps < 0 else 2)


@pytest.mark.parametrize(
    "form", [{"act": "add", "key": HUGE}, {"act": "add", "key": "1"}, {"act": "burn", "key": "1"}]
)
def test_an_act_that_is_none_finds_nothing(stage: Stage, form: dict[str, str]) -> None:
    playlist = make_list(stage)
    form = form | ({"key": "999999"} if form["key"] == "1" else {})
    assert as_person(stage.secretary).post(f"/workbench/playlists/{playlist.pk}/", form).status_code == 404


@pytest.mark.long
def test_a_playlist_opens_for_its_branch_and_for_nobody_else(stage: Stage) -> None:
    playlist = make_list(stage, make_published(stage))
    for address in (f"/playlists/{playlist.pk}/", f"/playlists/{playlist.pk}/screen/"):
        assert as_person(stage.author).get(address).status_code == 200
        assert as_person(stage.outsider).get(address).status_code == 404
        assert as_person(stage.editor).get(address).status_code == 404
    for address in ("", "delete/"):
        assert as_person(stage.author).get(f"/workbench/playlists/{playlist.pk}/{address}").status_code == 404
    with pytest.raises(PermissionDenied):
        make_playlist(stage.branch, title="x", actor=stage.author)


@pytest.mark.long
def test_the_big_screen_goes_from_one_lesson_to_the_next(stage: Stage) -> None:
    playlist = make_list(stage, make_published(stage, title="甲课"), make_published(stage, title="乙课"))
    member = as_person(stage.author)
    first = member.get(f"/playlists/{playlist.pk}/screen/").content.decode()
    assert "1. 甲课</h1>" in first
    assert ('href="?at=2" rel="next"' in first, 'rel="prev"' in first) == (True, False)
    for odd in ("2", "99", HUGE):
        page = member.get(f"/playlists/{playlist.pk}/screen/", {"at": odd})
        assert page.status_code == 200
    assert "2. 乙课</h1>" in member.get(f"/playlists/{playlist.pk}/screen/?at=99").content.decode()


@pytest.mark.long
def test_a_lesson_that_is_shown_no_longer_leaves_the_screen_and_is_named_so_on_the_list(stage: Stage) -> None:
    gone, kept = make_published(stage, title="甲课"), make_published(stage, title="乙课")
    playlist = make_list(stage, gone, kept)
    unpublish(gone, actor=stage.author)
    member = as_person(stage.author)
    page = member.get(f"/playlists/{playlist.pk}/").content.decode()
    assert ("甲课" in page, page.count("已不再提供")) == (False, 1)
    assert "1. 乙课</h1>" in member.get(f"/playlists/{playlist.pk}/screen/").content.decode()


def test_a_lesson_of_others_eyes_cannot_be_added(stage: Stage) -> None:
    private = make_published(stage)
    type(private).objects.filter(pk=private.pk).update(visibility=Visibility.PRIVATE)
    playlist = make_list(stage)
    sent = as_person(stage.secretary).post(f"/workbench/playlists/{playlist.pk}/", {"act": "add", "key": private.pk})
    assert (sent.status_code, playlist.entries.count()) == (404, 0)


def test_a_deleted_playlist_leaves_the_answer(stage: Stage) -> None:
    wish, playlist = make_wish(stage), make_list(stage)
    put_on_playlist(wish, playlist, actor=stage.secretary, answer="周四放映")
    keeper = as_person(stage.secretary)
    assert keeper.get(f"/workbench/playlists/{playlist.pk}/delete/").status_code == 200
    assert keeper.post(f"/workbench/playlists/{playlist.pk}/delete/").status_code == 302
    wish.refresh_from_db()
    assert (wish.playlist, wish.answer) == (None, "周四放映")


@pytest.mark.wide
def test_lists_take_as_many_queries_for_three_rows_as_for_one(stage: Stage) -> None:
    def count(person: User, address: str) -> int:
        client = as_person(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    playlist = make_list(stage, make_published(stage))
    make_wish(stage)
    pages = [
        (stage.author, "/wishes/"),
        (stage.author, f"/playlists/{playlist.pk}/"),
        (stage.author, f"/playlists/{playlist.pk}/screen/"),
        (stage.secretary, "/workbench/playlists/"),
        (stage.secretary, f"/workbench/playlists/{playlist.pk}/"),
    ]
    one = [count(*page) for page in pages]
    from cms.courses.services.playlists import add_to_playlist

    for number in range(2):
        add_to_playlist(playlist, make_published(stage), actor=stage.secretary)
        make_list(stage, make_published(stage))
        make_wish(stage, f"题目{number}")
    assert [count(*page) for page in pages] == one


def test_what_a_person_asked_for_stands_in_my_data(stage: Stage) -> None:
    make_wish(stage)
    assert "冬季用电" in as_person(stage.author).get("/me/data/").content.decode()
