"""What is new for the own audience: pages of the library beside lessons and courses, few, the newest first, each once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.clock import now
from cms.courses.services.study import choose_audiences
from cms.library.models import ContentPage, ReadingListEntry
from cms.taxonomy.models import Audience
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_editor, make_reading_list, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import AudienceFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
TITLE = re.compile(r'<h3><a href="[^"]+">([^<]+)</a></h3>')


stage = standing_scene(make_stage)


@pytest.fixture
def young() -> Audience:
    audience: Audience = AudienceFactory(name="青年党员")
    return audience


def show(stage: Stage, title: str, *audiences: Audience, days: int = 0, **values: object) -> ContentPage:
    """Publish a resource, or a reading list, that was published so many days ago."""
    make = make_reading_list if "entries" in values else make_resource
    wanted = {"visibility": "public"} | values
    page = publish_page(
        make(stage.editor, stage.committee, title=title, audiences=list(audiences), **wanted),
        make_editor(stage.committee),
    )
    ContentPage.objects.filter(pk=page.pk).update(first_published_at=now() - timedelta(days=days))
    return page


def show_list(stage: Stage, title: str, audience: Audience, days: int = 0) -> ContentPage:
    """Publish a reading list that names two pages."""
    named = [show(stage, f"{title}里的{n}") for n in range(2)]
    entries = [ReadingListEntry(target=page, sort_order=place) for place, page in enumerate(named)]
    return show(stage, title, audience, days=days, entries=entries)


def read(stage: Stage, *, elder: str = "0") -> list[str]:
    """Return the titles of pages that the first page offers the author for the own audiences."""
    client = Client()
    client.force_login(stage.author)
    client.cookies["elder"] = elder
    page = client.get("/").content.decode()
    start = page.find('id="for-you-title"')
    return TITLE.findall(page[start : page.index("</section>", start)]) if start >= 0 else []


@pytest.mark.long
def test_resources_and_reading_lists_of_the_own_audience_stand_there_the_newest_first(
    stage: Stage, young: Audience
) -> None:
    old: Audience = AudienceFactory(name="老党员")
    show(stage, "三天前的手册", young, days=3)
    show_list(stage, "昨天的书单", young, days=1)
    show(stage, "两天前的图片", young, old, days=2)
    show(stage, "给老党员的", old)
    show(stage, "给谁都行的")
    assert read(stage) == []
    choose_audiences(stage.author, [young, old])
    assert read(stage) == ["给老党员的", "昨天的书单", "两天前的图片", "三天前的手册"]
    choose_audiences(stage.author, [young])
    assert read(stage) == ["昨天的书单", "两天前的图片", "三天前的手册"]


@pytest.mark.long
@pytest.mark.parametrize(("elder", "titles"), [("0", ["0", "1", "2", "3"]), ("1", ["0", "1"])])
def test_few_are_shown_and_half_as_many_in_elder_view(
    stage: Stage, young: Audience, elder: str, titles: list[str]
) -> None:
    for n in range(5):
        (show_list if n % 2 else show)(stage, str(n), young, days=n)
    choose_audiences(stage.author, [young])
    assert read(stage, elder=elder) == titles


def test_drafts_and_what_is_for_others_is_not_offered(stage: Stage, young: Audience) -> None:
    other = OrganisationFactory()
    show(stage, "别人的", young, visibility="organisation", visible_organisation=other)
    make_resource(stage.editor, stage.committee, title="草稿", audiences=[young], visibility="public")
    choose_audiences(stage.author, [young])
    assert read(stage) == []


@pytest.mark.long
def test_many_pages_cost_as_many_queries_as_two(stage: Stage, young: Audience) -> None:
    choose_audiences(stage.author, [young])
    client = Client()
    client.force_login(stage.author)
    counts = []
    for more in (1, 2):
        for n in range(more):
            show(stage, f"资料{n}", young)
            show_list(stage, f"书单{n}", young)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
