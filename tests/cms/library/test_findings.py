"""What would make a page better is said in the preview and to the reviewer, never to readers, and forbids nothing."""

import re
from typing import Any

import pytest
from django.urls import reverse

from cms.accounts.models import User
from cms.library.admin_panels import PageChecks
from cms.library.findings import REMARKS, findings
from cms.library.models import ResourcePage
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.queries import waiting_for
from cms.review.services import submit
from cms.taxonomy.enums import Visibility
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory, ImageFactory
from tests.factories.library import make_announcement, make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import AudienceFactory, TopicFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
BARE = ["no_lead", "no_topic", "no_audience", "no_source"]


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(kind="committee")


@pytest.fixture
def editor(county: Organisation) -> User:
    return make_editor(county)


def whole(editor: User, county: Organisation, **values: Any) -> ResourcePage:
    """Return the draft of a resource about which there is nothing to say but what `values` bring."""
    page = make_resource(editor, county, **({"lead": "雪后先看杆基。", "source": "县融媒体中心"} | values))
    page.topics.set([TopicFactory()])
    page.audiences.set([AudienceFactory()])
    return page


def typed(organisation: Organisation, **values: Any) -> dict[str, Any]:
    """Return what the browser sends of a resource with a link and nothing else."""
    none = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    parts = {f"{name}-{key}": value for name in ("related_lessons", "comments") for key, value in none.items()}
    fields = {"title": "巡线手册", "kind": "article", "link": "https://open.example/", "organisation": organisation.pk}
    return {**fields, "licence": "own", "visibility": "public", "body-count": "0", **parts, **values}


def named_in(page: str) -> list[str]:
    return re.findall(r'data-finding="([a-z_]+)"', page)


def test_a_bare_page_is_asked_for_what_leads_people_to_it_and_a_notice_for_its_lead_alone(
    county: Organisation, editor: User
) -> None:
    assert findings(make_resource(editor, county)) == BARE
    assert findings(make_announcement(editor, county)) == ["no_lead"]
    assert findings(whole(editor, county)) == []


def test_a_long_lead_and_a_picture_without_words_are_named(county: Organisation, editor: User) -> None:
    described, silent = ImageFactory(alt_text="雪后的电杆"), ImageFactory(alt_text="")
    assert findings(whole(editor, county, lead="长" * 120, cover=described)) == []
    body = [{"type": "picture", "value": {"image": silent.pk, "caption": ""}}]
    assert findings(whole(editor, county, lead="长" * 121, body=body)) == ["long_lead", "picture_without_words"]


@pytest.mark.parametrize(
    ("kept_for", "shown_to", "said"),
    [
        pytest.param("nobody", "everybody", [], id="publishing opens it"),
        pytest.param("everybody", "branch", [], id="open to all"),
        pytest.param("branch", "everybody", ["closed_file"], id="for fewer"),
        pytest.param("county", "branch", [], id="for more"),
        pytest.param("branch", "county", ["closed_file"], id="for a part"),
    ],
)
def test_a_file_that_not_all_readers_of_the_page_can_open_is_named(
    county: Organisation, editor: User, kept_for: str, shown_to: str, said: list[str]
) -> None:
    branch = OrganisationFactory(parent=county)
    reach: dict[str, dict[str, Any]] = {
        "nobody": {"visibility": Visibility.PRIVATE},
        "everybody": {"visibility": Visibility.PUBLIC},
        "county": {"visibility": Visibility.ORGANISATION, "visible_organisation": county},
        "branch": {"visibility": Visibility.ORGANISATION, "visible_organisation": branch},
    }
    document = DocumentFactory(**reach[kept_for])
    assert findings(whole(editor, county, file=document, **reach[shown_to])) == said


@pytest.mark.long
def test_the_panel_of_the_preview_names_them_with_a_check_for_each(county: Organisation, editor: User) -> None:
    silent = ImageFactory(alt_text="")
    page = make_resource(editor, county, cover=silent)
    client, address = in_admin(editor), reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(address, typed(county, cover=silent.pk)).json()["is_valid"] is True
    panel = client.get(address, {"in_preview_panel": "true"}).content.decode()
    assert named_in(panel) == [*BARE, "picture_without_words"]
    assert ["wagtail-userbar" in panel, 'alt=""' in panel] == [True, False]
    alone = client.get(address).content.decode()
    assert [named_in(alone), "wagtail-userbar" in alone, 'alt=""' in alone] == [[], False, True]


@pytest.mark.long
def test_every_remark_has_its_rule_and_its_words() -> None:
    checks = PageChecks().get_axe_configuration(None)
    rules = {rule["id"]: rule["selector"] for rule in checks["spec"]["rules"]}
    for code, words in REMARKS.items():
        name = f"weike-{code.replace('_', '-')}"
        assert (rules[name], checks["messages"][name]["error_name"]) == (f'[data-finding="{code}"]', words)
        assert name in checks["options"]["runOnly"]


@pytest.mark.long
def test_the_reviewer_reads_them_and_readers_do_not(county: Organisation, editor: User) -> None:
    reviewer = make_editor(county, Role.REVIEWER)
    page = make_resource(editor, county)
    submit(page, actor=editor)
    look = in_admin(reviewer).get(reverse("library:review", args=[waiting_for(reviewer).get().pk]))
    assert named_in(look.content.decode()) == BARE
    shown = publish_page(make_resource(editor, county, title="另一份"), reviewer)
    assert named_in(in_admin(editor).get(shown.url).content.decode()) == []
