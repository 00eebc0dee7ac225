"""Below every kind of editorial page whoever is signed in can say what is wrong with it; who keeps it reads that."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from cms.feedback.models import ProblemReport
from cms.library.models import ContentPage
from tests.factories.accounts import UserFactory
from tests.factories.courses import make_course, make_guide, make_series, make_track
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'name="(kind|id|token|next)" value="([^"]*)"')


stage = standing_scene(make_stage)


def reader() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def form_on(client: Client, address: str) -> dict[str, str]:
    """Return the hidden fields of the page's report form, or nothing."""
    page = client.get(address).content.decode()
    return dict(HIDDEN.findall(page.split('id="report"')[1].split("</form>")[0])) if 'id="report"' in page else {}


def shown_resource(stage: Stage) -> ContentPage:
    draft = make_resource(stage.editor, stage.committee, visibility="public")
    return publish_page(draft, make_editor(stage.committee))


def shown_announcement(stage: Stage) -> ContentPage:
    draft = make_announcement(stage.editor, stage.committee, visibility="public")
    return publish_page(draft, make_editor(stage.committee))


def shown_list(stage: Stage) -> ContentPage:
    draft = make_reading_list(stage.editor, stage.committee, visibility="public")
    draft.entries.create(target=shown_resource(stage), sort_order=0)
    draft.save_revision(user=stage.editor)
    return publish_page(draft, make_editor(stage.committee))


KINDS: dict[str, Callable[[Stage], ContentPage]] = {
    "resource": shown_resource,
    "announcement": shown_announcement,
    "reading list": shown_list,
    "course": make_course,
    "guide": make_guide,
    "series": lambda stage: make_series(stage, make_course(stage)),
    "track": lambda stage: make_track(stage, make_course(stage)),
    "route": lambda stage: make_published_route(stage.committee, VenueFactory()),
}


@pytest.mark.wide
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_is_said_below_the_page_and_reaches_who_keeps_it(stage: Stage, kind: str) -> None:
    page = KINDS[kind](stage)
    address = page.get_url()
    assert address is not None
    client = reader()
    form = form_on(client, address)
    assert (form["kind"], form["id"], form["next"]) == (page.report_kind, str(page.pk), address)
    sent = client.post("/feedback/report/", form | {"category": "content", "text": "电话已换"})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    report = ProblemReport.objects.get()
    assert (report.subject_label, report.subject_url) == (page.title, address)
    assert report.organisation == page.organisation
    assert form_on(Client(), address) == {}


OF_ALL = ["privacy", "secrecy", "other"]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("resource", ["content", "links", "playback"]),
        ("guide", ["content", "links", "playback"]),
        ("route", ["content", "position", "hours", "closed", "way"]),
    ],
)
def test_what_can_be_wrong_is_what_fits_the_page_and_nothing_else_is_taken(
    stage: Stage, kind: str, own: list[str]
) -> None:
    page, client = KINDS[kind](stage), reader()
    address = page.get_url()
    assert address is not None
    box = client.get(address).content.decode().split('id="report"')[1].split("</select>")[0]
    assert re.findall(r'<option value="([a-z]+)"', box) == own + OF_ALL
    form = form_on(client, address) | {"text": "上不去"}
    sent = [
        client.post("/feedback/report/", form | {"category": category}).status_code
        for category in ("captions", own[-1])
    ]
    assert sent == [400, 302]
    assert ProblemReport.objects.get().category == own[-1]


def test_a_preview_offers_no_report(stage: Stage) -> None:
    page = shown_resource(stage)
    assert "feedback/report" not in page.make_preview_request().content.decode()


@pytest.mark.parametrize("number", ["x", "0", "{draft}", "{closed}"])
def test_what_one_may_not_see_cannot_be_reported(stage: Stage, number: str) -> None:
    other = OrganisationFactory()
    draft = make_resource(stage.editor, stage.committee)
    closed = publish_page(
        make_resource(stage.editor, stage.committee, visibility="organisation", visible_organisation=other),
        make_editor(stage.committee),
    )
    form = {"kind": "page", "id": number.format(draft=draft.pk, closed=closed.pk)}
    assert reader().get("/feedback/report/", form).status_code == 404
    assert ProblemReport.objects.count() == 0
