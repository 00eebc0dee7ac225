"""One list of all editorial pages in the admin, and a tree that says what belongs where."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import User
from cms.library.enums import SECTION_HELP, Section
from cms.library.models import ContentPage
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.library import make_announcement, make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import AudienceFactory

pytestmark = pytest.mark.django_db
LISTING = "/admin/library/content/"


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(kind="committee")


@pytest.fixture
def town(county: Organisation) -> Organisation:
    return OrganisationFactory(parent=county)


@pytest.fixture
def editor(county: Organisation) -> User:
    return make_editor(county)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def titles(client: Client, **query: object) -> set[str]:
    answer = client.get(LISTING, {name: str(value) for name, value in query.items()})
    assert answer.status_code == 200
    return {page.title for page in answer.context["pages"]}


@pytest.mark.long
def test_the_list_is_narrowed_by_kind_audience_organisation_and_care(
    county: Organisation, town: Organisation, editor: User
) -> None:
    audience = AudienceFactory()
    book = make_resource(editor, county, title="手册", responsible=None)
    book.audiences.add(audience)
    book.save_revision(user=editor)
    publish_page(book, make_editor(county, Role.REVIEWER))
    ContentPage.objects.filter(pk=book.pk).update(responsible=None, review_by="2020-01-01")
    notice = make_announcement(editor, town, title="停电")
    client = signed_in(editor)
    found = {
        str(query): titles(client, **query)
        for query in (
            {},
            {"kind": notice.cached_content_type.pk},
            {"audience": audience.pk},
            {"organisation": town.pk},
            {"live": "true"},
            {"care": "due"},
            {"care": "unowned"},
            {"care": "links"},
        )
    }
    assert list(found.values()) == [
        {"手册", "停电"}, {"停电"}, {"手册"}, {"停电"}, {"手册"}, {"手册"}, {"手册"}, set(),
    ]  # fmt: skip
    home = client.get("/admin/").content.decode()
    assert f"{reverse('library_care')}?show=unowned" in home


@pytest.mark.long
def test_pages_of_others_are_not_in_the_list(county: Organisation, town: Organisation, editor: User) -> None:
    make_resource(editor, county, title="县里的草稿")
    townsman = make_editor(town)
    make_resource(townsman, town, title="镇里的草稿")
    assert titles(signed_in(townsman)) == {"镇里的草稿"}
    assert signed_in(townsman).get(LISTING, {"organisation": county.pk, "q": "镇里"}).status_code == 200


@pytest.mark.parametrize("query", [{"kind": "9" * 40}, {"organisation": "\x00"}, {"care": "x"}, {"p": "9" * 40}])
def test_odd_filters_are_answered(editor: User, query: dict[str, str]) -> None:
    assert signed_in(editor).get(LISTING, query).status_code == 200


@pytest.mark.wide
def test_as_many_questions_to_the_database_for_three_pages_as_for_one(county: Organisation, editor: User) -> None:
    client, counts = signed_in(editor), []
    for more in (1, 2):
        for number in range(more):
            make_resource(make_editor(county), county, title=f"资料 {more}{number}")
        client.get(LISTING)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(LISTING).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.wide
def test_each_branch_of_the_tree_says_what_belongs_there(editor: User) -> None:
    client, sections = signed_in(editor), ensure_sections()
    above = client.get(f"/admin/pages/{sections['library'].get_parent().pk}/").content.decode()
    assert [str(words) in above for words in SECTION_HELP.values()] == [True] * len(Section)
    for name, section in sections.items():
        assert str(SECTION_HELP[name]) in client.get(f"/admin/pages/{section.pk}/").content.decode()
    offered = client.get(f"/admin/pages/{sections['courses'].pk}/add_subpage/").content.decode()
    assert "给一类党员的学习路径" in offered
