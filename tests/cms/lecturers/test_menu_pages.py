"""The lesson menu as the lecturer keeps it, and the photograph and past schedules that pages show."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry
from cms.core.clock import today
from cms.lecturers.models import LessonOffer
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from tests.cms.lecturers.conftest import Scene
from tests.factories.accounts import UserFactory
from tests.factories.assets import ImageFactory
from tests.factories.lecturers import LecturerFactory, LessonOfferFactory, ScheduleFactory
from tests.factories.taxonomy import AudienceFactory, TeachingMethodFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client: Client, scene: Scene) -> Client:
    client.force_login(scene.person)
    return client


def base(scene: Scene) -> str:
    return f"/lecturers/{scene.lecturer.pk}/menu/"


def lesson(**changes: Any) -> dict[str, Any]:
    return {"title": "冬季用气安全", "minutes": "60", "digest": "会看表、会关阀。", "is_offered": "on", **changes}


@pytest.mark.long
def test_a_lecturer_puts_a_lesson_on_the_menu_and_changes_it(mine: Client, scene: Scene) -> None:
    topic, other, audience = TopicFactory(), TopicFactory(), AudienceFactory()
    method = TeachingMethodFactory(name="案例教学")
    given = lesson(topics=[topic.pk], audiences=[audience.pk], methods=[method.pk])

    assert mine.post(base(scene), given)["Location"] == "/my/schedule/"
    offer = LessonOffer.objects.get()
    assert (offer.title, offer.minutes, offer.digest, offer.is_offered) == (
        "冬季用气安全",
        60,
        "会看表、会关阀。",
        True,
    )
    assert (list(offer.topics.all()), list(offer.audiences.all())) == ([topic], [audience])
    assert list(offer.methods.all()) == [method]
    assert "案例教学" in mine.get(scene.lecturer.get_absolute_url()).content.decode()
    assert "冬季用气安全" in mine.get("/my/schedule/").content.decode()
    assert AuditEntry.objects.get(action="lecturers.add_offer").actor_id == scene.person.pk
    assert OutboxEntry.objects.filter(kind="lecturer").count() == 1

    address = f"{base(scene)}{offer.pk}/"
    assert f'value="{topic.pk}"' in mine.get(address).content.decode()
    assert mine.post(address, lesson(title="夏季用电", topics=[other.pk], is_offered="")).status_code == 302
    offer = LessonOffer.objects.get()
    assert (offer.title, offer.is_offered) == ("夏季用电", False)
    assert (list(offer.topics.all()), list(offer.audiences.all())) == ([other], [])
    assert list(offer.methods.all()) == []
    assert "夏季用电" not in mine.get(scene.lecturer.get_absolute_url()).content.decode()
    assert "夏季用电" in mine.get("/my/schedule/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"title": "\0"}, "title"),
        ({"minutes": "9"}, "minutes"),
        ({"minutes": "9" * 40}, "minutes"),
        ({"digest": "长" * 401}, "digest"),
        ({"topics": ["9" * 40]}, "topics"),
        ({"audiences": ["x"]}, "audiences"),
        ({"methods": ["x"]}, "methods"),
        ({"methods": ["9" * 40]}, "methods"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(
    mine: Client, scene: Scene, changes: dict[str, Any], field: str
) -> None:
    answer = mine.post(base(scene), lesson(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not LessonOffer.objects.exists()


@pytest.mark.long
def test_others_do_not_change_a_menu(client: Client, scene: Scene) -> None:
    offer = LessonOfferFactory(lecturer=scene.lecturer)
    for person, status in ((scene.editor, 200), (scene.stranger, 404), (UserFactory(), 404)):
        client.force_login(person)
        assert client.get(base(scene)).status_code == status
        assert client.get(f"{base(scene)}{offer.pk}/").status_code == status
    elsewhere = LessonOfferFactory()
    client.force_login(scene.person)
    assert client.post(f"{base(scene)}{elsewhere.pk}/", lesson()).status_code == 404


def test_a_menu_is_full_at_forty(mine: Client, scene: Scene) -> None:
    LessonOfferFactory.create_batch(40, lecturer=scene.lecturer)
    answer = mine.post(base(scene), lesson())
    assert answer.status_code == 400
    assert "课程菜单已满" in answer.content.decode()


def test_past_schedules_are_listed_apart(mine: Client, scene: Scene) -> None:
    ended = today() - timedelta(days=3)
    ScheduleFactory(lecturer=scene.lecturer, name="上学期", starts_on=ended - timedelta(days=90), ends_on=ended)
    page = mine.get("/my/schedule/").content.decode()
    assert page.index("以往的排课") < page.index("上学期")


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.long
def test_a_photograph_is_shown_to_those_who_may_see_it_and_costs_no_query_a_card(client: Client, scene: Scene) -> None:
    scene.lecturer.photo = ImageFactory(visibility=Visibility.PUBLIC)
    scene.lecturer.save()
    hidden = LecturerFactory(photo=ImageFactory(visibility=Visibility.ORGANISATION, visible_organisation=scene.county))
    counts = []
    for _round in range(2):
        client.get("/lecturers/")
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/lecturers/").content.decode()
        counts.append(len(seen))
        LecturerFactory(photo=ImageFactory(visibility=Visibility.PUBLIC))
    assert counts[0] == counts[1]
    assert page.count('<img class="face"') == 2
    assert '<img class="face l"' in client.get(scene.lecturer.get_absolute_url()).content.decode()
    assert '<img class="face l"' not in client.get(hidden.get_absolute_url()).content.decode()
