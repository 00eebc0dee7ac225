import pytest
from django.test import Client
from django.urls import reverse

from cms.notices.models import Notice
from tests.factories.accounts import UserFactory
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db


def test_one_sees_the_own_notices_only(client: Client) -> None:
    mine, others = NoticeFactory(title="我的"), NoticeFactory(title="别人的")
    client.force_login(mine.user)
    page = client.get("/notices/").content.decode()
    assert ("我的" in page, others.title in page) == (True, False)


def test_an_empty_list_says_the_next_step(client: Client) -> None:
    client.force_login(UserFactory())
    assert 'href="/lessons/"' in client.get("/notices/").content.decode()


def test_opening_marks_as_read_and_leads_on(client: Client) -> None:
    notice = NoticeFactory(url="/lessons/mine/")
    client.force_login(notice.user)
    url = reverse("notices:read", args=[notice.pk])
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == "/lessons/mine/"
    assert Notice.objects.get().read_at is not None


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_off_the_site(client: Client, target: str) -> None:
    notice = NoticeFactory(url=target)
    client.force_login(notice.user)
    assert client.post(reverse("notices:read", args=[notice.pk]))["Location"] == "/notices/"


def test_others_notices_do_not_exist_for_me(client: Client) -> None:
    notice = NoticeFactory()
    client.force_login(UserFactory())
    assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
    assert Notice.objects.get().read_at is None


def test_all_are_marked_at_once(client: Client) -> None:
    user = UserFactory()
    NoticeFactory.create_batch(3, user=user)
    other = NoticeFactory()
    client.force_login(user)
    assert client.get("/notices/read/").status_code == 405
    assert client.post("/notices/read/").status_code == 302
    assert list(Notice.objects.filter(read_at=None)) == [other]


def test_preferences_are_stored_and_taken_back(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.post("/notices/preferences/", {"muted": ["lessons"]}).status_code == 302
    assert list(user.muted_notice_areas.values_list("area", flat=True)) == ["lessons"]
    assert client.post("/notices/preferences/", {"muted": ["review"]}).status_code == 400
    assert client.post("/notices/preferences/", {}).status_code == 302
    assert not user.muted_notice_areas.exists()


def test_the_number_of_unread_costs_nothing_until_it_is_shown() -> None:
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    from cms.notices.context_processors import unread

    notice = NoticeFactory()
    request = RequestFactory().get("/")
    request.user = notice.user
    with CaptureQueriesContext(connection) as captured:
        context = unread(request)
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        assert str(context["unread_notices"]) == "1"
    assert len(captured) == 1
