import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory

from cms.accounts.models import User
from cms.taxonomy.enums import Visibility
from cms.videos.models import Video
from cms.watching.models import PrivateNote
from tests.factories.accounts import UserFactory
from tests.factories.watching import PrivateNoteFactory, WatchableVideoFactory

pytestmark = pytest.mark.django_db


def show(user: User | AnonymousUser, video: Video) -> str:
    request = RequestFactory().get("/lessons/1/")
    request.user = user
    context = Context({"request": request, "csrf_token": "x", "video": video})
    return Template("{% load watching_tags %}{% private_notes video %}").render(context)


def test_a_note_is_written_with_the_shown_form_and_deleted_again(client: Client) -> None:
    user, video = UserFactory(), WatchableVideoFactory()
    client.force_login(user)
    address = re.findall(r'action="([^"]+)"', show(user, video))[0].replace("&amp;", "&")
    response = client.post(address, {"text": "井下钟慢", "at_s": "106.4"})
    assert (response.status_code, response["Location"]) == (302, "/lessons/1/#notes-title")
    note = PrivateNote.objects.get()
    assert (note.user, note.moment_s, note.text) == (user, 106.4, "井下钟慢")
    text = show(user, video)
    assert "井下钟慢" in text
    assert client.post("/watch/notes/delete/?next=/lessons/1/", {"note": note.pk}).status_code == 302
    assert PrivateNote.objects.count() == 0


def test_notes_of_others_are_neither_shown_nor_deleted(client: Client) -> None:
    note, user = PrivateNoteFactory(text="别人的笔记"), UserFactory()
    assert "别人的笔记" not in show(user, note.video)
    assert show(AnonymousUser(), note.video).strip() == ""
    client.force_login(user)
    codes = [client.post("/watch/notes/delete/", {"note": key}).status_code for key in (note.pk, "x", "", "9" * 40)]
    assert codes == [404] * 4
    assert PrivateNote.objects.count() == 1


def test_no_note_on_a_video_that_one_may_not_see(client: Client) -> None:
    video = WatchableVideoFactory(visibility=Visibility.PRIVATE)
    client.force_login(UserFactory())
    assert client.post(f"/watch/{video.pk}/notes/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    "given", [{"text": " "}, {"text": "长" * 1001}, {"text": "x", "at_s": "nan"}, {"text": "x", "at_s": "-1"}]
)
def test_what_cannot_be_kept_is_said_and_not_stored(client: Client, given: dict[str, str]) -> None:
    client.force_login(UserFactory())
    assert client.post(f"/watch/{WatchableVideoFactory().pk}/notes/", given).status_code == 302
    assert PrivateNote.objects.count() == 0


def test_a_visitor_is_led_to_the_sign_in(client: Client) -> None:
    assert client.post("/watch/1/notes/", {"text": "x"}).status_code == 302
    assert client.post("/watch/notes/delete/", {"note": "1"})["Location"].startswith("/accounts/login/")
