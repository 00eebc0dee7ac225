"""A lecturer of the pool who speaks at a stop of a route: chosen in the admin, named to whoever finds the person there."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from cms.core.clock import today
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.itineraries.queries import personal_stops
from cms.itineraries.search_documents import route_document
from cms.lecturers.models import AppointmentTerm, Lecturer
from cms.taxonomy.enums import Visibility
from tests.cms.itineraries.test_admin import typed
from tests.factories.admin import in_admin
from tests.factories.itineraries import make_published_route, make_route
from tests.factories.lecturers import LecturerFactory, SuspensionFactory
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory, ferry
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
NAME = "孟守安"
TUESDAY = "2030-05-07"


stage = standing_scene(make_stage)


def with_speaker(stage: Stage, **values: Any) -> tuple[ItineraryPage, Lecturer]:
    """Return a shown route at whose only stop somebody speaks."""
    person = LecturerFactory(**({"name": NAME, "post": "县委党校教师", "organisation": stage.committee} | values))
    return make_published_route(stage.committee, ferry(), stops=[{"lecturer": person}]), person


def booklet(client: Client, route: ItineraryPage) -> str:
    pages = PdfReader(BytesIO(client.get(f"/itineraries/{route.pk}/booklet.pdf?on={TUESDAY}").content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def all_words(client: Client, route: ItineraryPage) -> list[str]:
    """Return what page, booklet, calendar, GPX and the document of the search say."""
    files = (f"/itineraries/{route.pk}/{name}?on={TUESDAY}" for name in ("day-1.ics", "route.gpx"))
    said = [client.get(f"{route.url}?on={TUESDAY}").content.decode(), booklet(client, route)]
    return [*said, *(client.get(address).content.decode() for address in files), str(route_document(str(route.pk)))]


@pytest.mark.wide
def test_the_page_and_the_booklet_name_who_speaks_and_the_page_leads_to_where_one_asks(
    client: Client, stage: Stage
) -> None:
    route, person = with_speaker(stage)
    page, printed, *rest = all_words(client, route)

    line = f'<a class="link" href="/lecturers/{person.pk}/">在这一站讲：孟守安 · 县委党校教师</a>'
    assert (page.count(line), page.count(NAME)) == (1, 1)
    assert "在这一站讲：孟守安 · 县委党校教师" in printed
    # What is kept elsewhere would go on naming the person when the pool does not.
    assert [NAME in text for text in rest] == [False] * 3
    assert client.get(f"/lecturers/{person.pk}/").status_code == 200


def suspend(person: Lecturer) -> None:
    SuspensionFactory(lecturer=person)


def expire(person: Lecturer) -> None:
    AppointmentTerm.objects.filter(lecturer=person).update(ends_on=today() - timedelta(days=1))


def hide(person: Lecturer) -> None:
    Lecturer.objects.filter(pk=person.pk).update(live=False)


def close(person: Lecturer) -> None:
    elsewhere = OrganisationFactory(is_active=False)
    Lecturer.objects.filter(pk=person.pk).update(organisation=elsewhere)


def lend_to_others(person: Lecturer) -> None:
    inner = {"visibility": Visibility.ORGANISATION, "visible_organisation": OrganisationFactory()}
    Lecturer.objects.filter(pk=person.pk).update(**inner)


def remove(person: Lecturer) -> None:
    person.delete()


@pytest.mark.wide
@pytest.mark.parametrize("change", [suspend, expire, hide, close, lend_to_others, remove])
def test_whom_the_pool_does_not_show_no_route_names_and_the_route_stays_whole(
    client: Client, stage: Stage, change: Callable[[Lecturer], None]
) -> None:
    route, person = with_speaker(stage)
    assert NAME in client.get(route.url).content.decode()
    change(person)
    said = all_words(client, route)

    assert [text for text in said if NAME in text or "在这一站讲" in text or f"/lecturers/{person.pk}/" in text] == []
    assert ["清水河渡口旧址" in text for text in said] == [True] * 5
    assert ItineraryStop.objects.get().lecturer_id == (None if change is remove else person.pk)


def test_who_sees_the_lecturer_in_the_pool_reads_the_name_and_others_do_not(client: Client, stage: Stage) -> None:
    inner = {"visibility": Visibility.ORGANISATION, "visible_organisation": stage.branch}
    route, _person = with_speaker(stage, **inner)
    assert NAME not in client.get(route.url).content.decode()
    client.force_login(stage.author)
    assert NAME in client.get(route.url).content.decode()


@pytest.mark.wide
def test_three_stops_with_lecturers_ask_as_often_as_one(client: Client, stage: Stage) -> None:
    asked = []
    for count in (1, 3):
        stops = [{"lecturer": LecturerFactory(name=f"{NAME}{number}")} for number in range(count)]
        route = make_published_route(stage.committee, *(ferry() for _stop in stops), stops=stops, title=f"{count} 站")
        client.get(route.url)
        for address in (route.url, f"/itineraries/{route.pk}/booklet.pdf"):
            with CaptureQueriesContext(connection) as queries:
                said = client.get(address)
            asked.append(len(queries))
            if address == route.url:
                assert said.content.decode().count(NAME) == count

    assert asked[2:] == asked[:2]


def one_stop(**values: Any) -> dict[str, Any]:
    """Return what the browser sends of the only stop of a route."""
    filled = {"id": "", "ORDER": "1", "DELETE": "", "day": "1", "stay_minutes": "60", "transport": ""} | values
    return {"stops-TOTAL_FORMS": "1"} | {f"stops-0-{name}": value for name, value in filled.items()}


def test_an_editor_chooses_who_speaks_in_the_window_and_the_form_names_the_person(stage: Stage) -> None:
    editor = make_editor(stage.committee)
    route = make_route(stage.committee, owner=editor)
    shown = LecturerFactory(name=NAME, organisation=OrganisationFactory(name="邻县党校"))
    client, address = in_admin(editor), f"/admin/pages/{route.pk}/edit/"
    window = client.get("/admin/snippets/choose/lecturers/lecturer/?q=守安").json()["html"]
    assert (NAME in window, "邻县党校" in window) == (True, True)

    sent = typed(route, themes=["spirit"], **one_stop(venue=VenueFactory().pk, lecturer=shown.pk))
    assert client.post(address, sent).status_code == 302
    kept = ItineraryPage.objects.get().get_latest_revision_as_object()
    assert [stop.lecturer for stop in kept.stops.all()] == [shown]
    # The person is named where the form is opened again, also when the pool shows the person no longer.
    hide(shown)
    assert NAME in client.get(address).content.decode()


def test_a_lecturer_whom_the_window_does_not_offer_is_refused_with_a_sentence_and_not_named(stage: Stage) -> None:
    editor = make_editor(stage.committee)
    route = make_route(stage.committee, owner=editor)
    strange = LecturerFactory(name=NAME, live=False)
    client, address = in_admin(editor), f"/admin/pages/{route.pk}/edit/"
    sent = typed(route, themes=["spirit"], **one_stop(venue=VenueFactory().pk, lecturer=strange.pk))
    answer = client.post(address, sent)

    assert (answer.status_code, NAME in answer.content.decode()) == (200, False)
    errors = answer.context["form"].formsets["stops"].errors
    assert errors == [{"lecturer": ["这一项现在不能选，请选列出的一项。"]}]
    assert not ItineraryPage.objects.get().get_latest_revision_as_object().stops.exists()
    assert NAME not in client.get("/admin/snippets/choose/lecturers/lecturer/").json()["html"]


@pytest.mark.long
def test_my_data_of_a_lecturer_names_the_routes_of_which_a_stop_names_the_person(stage: Stage) -> None:
    route, person = with_speaker(stage, user=stage.author)
    twice = [{"lecturer": person}, {"lecturer": person}, {"lecturer": LecturerFactory()}]
    draft = make_route(stage.committee, ferry(), VenueFactory(), VenueFactory(), stops=twice, title="还没交的线路")
    make_published_route(stage.committee, VenueFactory(), stops=[{"lecturer": LecturerFactory()}], title="别人的线路")
    with CaptureQueriesContext(connection) as asked:
        found = personal_stops(stage.author)
    keeper = str(stage.committee)
    assert (found, len(asked)) == (
        [{"route": route.title, "organisation": keeper}, {"route": "现在没有公开的线路", "organisation": keeper}],
        1,
    )
    assert personal_stops(stage.outsider) == []
    client = Client()
    client.force_login(stage.author)
    page = client.get("/me/data/").content.decode()
    assert [words in page for words in (route.title, draft.title, "别人的线路")] == [True, False, False]
