"""On a place's page whoever is signed in can say what is wrong with it; who keeps the place reads that."""

import re

import pytest
from django.test import Client

from cms.feedback.models import ProblemReport
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'name="(kind|id|token|next)" value="([^"]*)"')


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def test_wrong_hours_are_reported_on_the_page_of_the_place(reader: Client) -> None:
    place = VenueFactory(name="清水河渡口旧址")
    address = place.get_absolute_url()
    page = reader.get(address).content.decode()
    form = dict(HIDDEN.findall(page.split('id="report"')[1].split("</form>")[0]))
    sent = reader.post("/feedback/report/", form | {"category": "hours", "text": "周一也开"})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    report = ProblemReport.objects.get()
    assert (report.subject_kind, report.subject_id, report.subject_label) == ("venue", str(place.pk), "清水河渡口旧址")
    assert (report.subject_url, report.organisation) == (address, place.organisation)
    assert report.get_category_display() == "开放时间不对"
    assert reader.post("/feedback/report/", form | {"category": "captions", "text": "没有字幕"}).status_code == 400
    assert 'id="report"' not in Client().get(address).content.decode()


def test_a_preview_offers_no_report() -> None:
    place = VenueFactory()
    assert "feedback/report" not in place.make_preview_request().content.decode()


@pytest.mark.parametrize("number", ["x", "0", "{hidden}", "{closed}"])
def test_a_place_one_may_not_see_cannot_be_reported(reader: Client, number: str) -> None:
    hidden = VenueFactory(live=False)
    closed = VenueFactory(visibility=Visibility.ROLE, visible_role="reviewer")
    form = {"kind": "venue", "id": number.format(hidden=hidden.pk, closed=closed.pk)}
    assert reader.get("/feedback/report/", form).status_code == 404
