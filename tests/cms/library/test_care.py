"""Pages are looked at again, taken out of sight with a reason, and their links are looked at; many files at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.core.outgoing import Refused, Reply, Unreachable
from cms.courses.models import GuideItem, GuidePage
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.library.enums import LinkState
from cms.library.models import ContentPage, PageLink, ResourcePage, VenueLink
from cms.library.permissions import get_page_for
from cms.library.queries import faults_of, with_broken_links
from cms.library.services import (
    check_links,
    remind_of_pages,
    restore_page,
    set_page_review_by,
    take_down_page,
    unpublish_page,
)
from cms.library.services import links as link_service
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.venues.models import Venue
from cms.venues.services import note_hidden, note_shown
from tests.factories.accounts import UserFactory
from tests.factories.assets import PDF
from tests.factories.library import make_editor, make_page, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BODY = [{"type": "paragraph", "value": '<p>见<a href="https://open.example/a">这里</a>。</p>'}]


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(kind="committee")


@pytest.fixture
def editor(county: Organisation) -> User:
    return make_editor(county)


@pytest.fixture
def reviewer(county: Organisation) -> User:
    return make_editor(county, Role.REVIEWER)


@pytest.fixture
def page(county: Organisation, editor: User, reviewer: User) -> ResourcePage:
    return publish_page(make_resource(editor, county, body=BODY), reviewer)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def test_who_is_asked_is_reminded_once_a_week_before(page: ResourcePage, editor: User) -> None:
    set_page_review_by([page], today() + 6 * DAY, actor=editor)
    assert [remind_of_pages(), remind_of_pages()] == [1, 0]
    assert Notice.objects.filter(user=editor, kind="review.due").count() == 1


def test_editors_are_reminded_where_nobody_is_asked(page: ResourcePage, editor: User, reviewer: User) -> None:
    ContentPage.objects.filter(pk=page.pk).update(responsible=None, review_by=today())
    remind_of_pages()
    assert [Notice.objects.filter(user=person, kind="review.due").count() for person in (editor, reviewer)] == [1, 0]


def test_a_day_that_is_over_is_refused(page: ResourcePage, editor: User) -> None:
    with pytest.raises(InvalidInput):
        set_page_review_by([page], today(), actor=editor)


def test_a_page_is_withdrawn_with_a_reason_that_is_kept(page: ResourcePage, editor: User, reviewer: User) -> None:
    with pytest.raises(InvalidInput):
        unpublish_page(page, actor=reviewer, reason="  ")
    unpublish_page(page, actor=reviewer, reason="数字过时")
    row = ContentPage.objects.get(pk=page.pk)
    assert (row.live, row.unpublished_reason) == (False, "数字过时")
    assert AuditEntry.objects.filter(action="library.unpublish", reason="数字过时").count() == 1
    assert Notice.objects.filter(user=editor, kind="review.unpublished").count() == 1
    with pytest.raises(StaleState):
        unpublish_page(page, actor=reviewer, reason="数字过时")


@pytest.mark.long
def test_a_page_that_was_taken_down_comes_back_only_when_somebody_else_allows_it(
    page: ResourcePage, editor: User, reviewer: User
) -> None:
    officer = make_editor(page.organisation, Role.SECURITY_OFFICER)
    take_down_page(page, actor=officer, reason="有不该公开的照片")
    with pytest.raises(Http404):
        get_page_for(editor, page.pk)
    with pytest.raises(PermissionDenied):
        restore_page(page, actor=editor, reason="改好了")
    restore_page(page, actor=reviewer, reason="换了照片")
    row = ResourcePage.objects.get(pk=page.pk)
    row.save_revision(user=editor)
    assert publish_page(row, reviewer).live is True


def test_nobody_else_takes_a_page_out_of_sight(page: ResourcePage) -> None:
    stranger = make_editor(OrganisationFactory())
    for act in (unpublish_page, take_down_page, restore_page):
        with pytest.raises(PermissionDenied):
            act(page, actor=stranger, reason="不归我管")
    for name in ("unpublish", "take_down", "restore"):
        address = reverse(f"library:{name}", args=[page.pk])
        assert signed_in(stranger).post(address, {"reason": "不归我管"}).status_code == 404


def test_the_page_itself_leads_its_keepers_out_of_sight_and_nobody_else(
    page: ResourcePage, editor: User, reviewer: User
) -> None:
    officer = make_editor(page.organisation, Role.SECURITY_OFFICER)
    ways = {name: reverse(f"library:{name}", args=[page.pk]) for name in ("unpublish", "take_down")}
    offered: list[tuple[User, set[str]]] = [
        (editor, {"unpublish", "take_down"}),
        (reviewer, {"unpublish", "take_down"}),
        (officer, {"take_down"}),
        (UserFactory(), set()),
    ]
    for person, names in offered:
        shown = signed_in(person).get(page.url).content.decode()
        assert {name for name, way in ways.items() if f'href="{way}"' in shown} == names


def test_the_page_for_withdrawing_asks_for_the_reason(page: ResourcePage, reviewer: User) -> None:
    client, address = signed_in(reviewer), reverse("library:unpublish", args=[page.pk])
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "数字过时"}).status_code == 302
    assert ContentPage.objects.get(pk=page.pk).live is False


def test_wagtails_own_button_leads_to_the_reason(page: ResourcePage, editor: User) -> None:
    answer = signed_in(editor).post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("library:unpublish", args=[page.pk]))
    assert ContentPage.objects.get(pk=page.pk).live is True


@pytest.mark.long
def test_publishing_notes_the_addresses_of_the_page(page: ResourcePage, editor: User, reviewer: User) -> None:
    assert [row.url for row in page.outside_links.all()] == ["https://open.example/a"]
    page.body = None  # type: ignore[assignment]  # a stream field takes what it can read
    page.link = "https://open.example/b"
    page.save_revision(user=editor)
    publish_page(page, reviewer)
    assert [(row.url, row.state) for row in page.outside_links.all()] == [("https://open.example/b", LinkState.NEW)]


@pytest.mark.parametrize(
    ("answer", "state", "status"),
    [
        (Reply(200), LinkState.FINE, 200),
        (Reply(403), LinkState.FINE, 403),
        (Reply(404), LinkState.BROKEN, 404),
        (Reply(503), LinkState.DOUBTFUL, 503),
        (Unreachable("x"), LinkState.DOUBTFUL, None),
        (Refused("x"), LinkState.REFUSED, None),
    ],
)
def test_a_look_at_a_link_tells_what_it_found(
    page: ResourcePage, monkeypatch: pytest.MonkeyPatch, answer: object, state: str, status: int | None
) -> None:
    answering(monkeypatch, answer)
    assert [check_links(), check_links()] == [1, 0]
    row = page.outside_links.get()
    assert (row.state, row.http_status) == (state, status)


def answering(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    def ask(_url: str) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(link_service, "ask", ask)


def test_what_does_not_answer_three_times_leads_nowhere(page: ResourcePage, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, Unreachable("x"))
    states = []
    for _day in range(3):
        PageLink.objects.update(checked_at=None)
        check_links()
        states.append(page.outside_links.get().state)
    assert states == [LinkState.DOUBTFUL, LinkState.DOUBTFUL, LinkState.BROKEN]
    assert list(with_broken_links()) == [page.contentpage_ptr]
    assert faults_of([page.pk], page.owner) == {page.pk: ["https://open.example/a"]}


@pytest.mark.long
def test_a_page_that_leads_to_one_that_is_hidden_or_gone_still_opens_and_is_named_in_the_care(
    county: Organisation, editor: User, reviewer: User
) -> None:
    hidden = publish_page(make_resource(editor, county, title="会被撤下"), reviewer)
    draft = make_resource(editor, county, title="会被删除")
    links = "".join(f'<a linktype="page" id="{page.pk}">看</a>' for page in (hidden, draft))
    body = [{"type": "paragraph", "value": f"<p>{links}</p>"}]
    page = publish_page(make_resource(editor, county, title="指向别处", body=body), reviewer)
    unpublish_page(hidden, actor=reviewer, reason="过时")
    draft.delete()
    assert Client().get(page.url).status_code == 200
    assert [found.title for found in with_broken_links()] == ["指向别处"]
    assert faults_of([page.pk], editor)[page.pk] == ["会被撤下", "没有显示的页面"]


@pytest.mark.long
def test_however_many_links_there_are_between_pages_they_are_looked_through_in_one_question(
    county: Organisation, editor: User, reviewer: User, django_assert_num_queries: Any
) -> None:
    hidden = [publish_page(make_resource(editor, county, title=f"会被撤下{turn}"), reviewer) for turn in range(3)]
    links = "".join(f'<a linktype="page" id="{page.pk}">看</a>' for page in hidden)
    body = [{"type": "paragraph", "value": f"<p>{links}</p>"}]
    page = publish_page(make_resource(editor, county, title="指向三处", body=body), reviewer)
    for target in hidden:
        unpublish_page(ResourcePage.objects.get(pk=target.pk), actor=reviewer, reason="过时")
    superuser = User(is_superuser=True)

    with django_assert_num_queries(1):
        assert [found.title for found in with_broken_links()] == ["指向三处"]
    with django_assert_num_queries(3):
        assert sorted(faults_of([page.pk], superuser)[page.pk]) == ["会被撤下0", "会被撤下1", "会被撤下2"]


@pytest.mark.long
def test_the_title_of_a_hidden_page_is_told_only_to_those_who_work_on_it(
    county: Organisation, editor: User, reviewer: User
) -> None:
    other = OrganisationFactory(parent=county)
    hidden = publish_page(make_resource(make_editor(other), other, title="别镇的内部手册"), reviewer)
    body = [{"type": "paragraph", "value": f'<p><a linktype="page" id="{hidden.pk}">看</a></p>'}]
    town = OrganisationFactory(parent=county)
    keeper = make_editor(town)
    publish_page(make_resource(keeper, town, title="指向别处", body=body), reviewer)
    unpublish_page(ResourcePage.objects.get(pk=hidden.pk), actor=reviewer, reason="过时")
    shown = {}
    ensure_editor_permissions()
    for person in (keeper, editor):
        sync_editor_groups(person)
        client = Client()
        client.force_login(User.objects.get(pk=person.pk))
        page = client.get("/admin/library/care/?show=links").content.decode()
        shown[person] = ["指向别处" in page, "别镇的内部手册" in page, "没有显示的页面" in page]
    assert shown == {keeper: [True, False, True], editor: [True, True, False]}


def test_the_link_of_a_guides_item_is_looked_at_and_stands_in_the_report(
    county: Organisation, editor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [GuideItem(title="检查表", url="https://open.example/sheet"), GuideItem(title="支部讨论")]
    guide = make_page(
        GuidePage, editor, county, title="本月指引", month=today(), theme="冬季安全", body=[], items=items
    )
    guide = publish_page(guide, reviewer)
    assert [row.url for row in guide.outside_links.all()] == ["https://open.example/sheet"]
    answering(monkeypatch, Reply(404))
    assert check_links() == 1
    assert faults_of([guide.pk], editor) == {guide.pk: ["https://open.example/sheet"]}


def test_the_view_all_around_of_a_place_is_looked_at_while_it_is_shown(
    county: Organisation, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = VenueFactory(name="旧址", organisation=county, vr_url="https://open.example/vr")
    note_shown(place, actor=None)
    answering(monkeypatch, Reply(404))
    assert [check_links(), check_links()] == [1, 0]
    ensure_editor_permissions()
    told = {}
    for person in (editor, make_editor(OrganisationFactory())):
        sync_editor_groups(person)
        told[person == editor] = signed_in(person).get("/admin/library/care/?show=links").content.decode()
    assert [("旧址" in told[own], "https://open.example/vr" in told[own]) for own in (True, False)] == [
        (True, True),
        (False, False),
    ]
    assert "旧址" not in signed_in(editor).get("/admin/library/care/?show=due").content.decode()
    Venue.objects.filter(pk=place.pk).update(vr_url="https://open.example/new")
    note_shown(place, actor=None)
    assert list(VenueLink.objects.values_list("url", "state")) == [("https://open.example/new", LinkState.NEW)]
    Venue.objects.filter(pk=place.pk).update(live=False)
    note_hidden(place, actor=None)
    assert VenueLink.objects.count() == 0


def test_a_look_ends_when_its_time_is_over(page: ResourcePage, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, Reply(200))
    assert check_links(run_s=-1) == 0
    assert page.outside_links.get().state == LinkState.NEW


@pytest.mark.long
def test_the_care_page_shows_the_own_pages_only(page: ResourcePage, editor: User) -> None:
    ContentPage.objects.filter(pk=page.pk).update(review_by=today(), responsible=None)
    stranger = make_editor(OrganisationFactory())
    named = {
        (show, person.pk == editor.pk): page.title
        in signed_in(person).get(f"/admin/library/care/?show={show}").content.decode()
        for show in ("due", "unowned", "odd")
        for person in (editor, stranger)
    }
    assert named == {
        ("due", True): True,
        ("due", False): False,
        ("unowned", True): True,
        ("unowned", False): False,
        ("odd", True): True,
        ("odd", False): False,
    }


def test_each_of_many_files_becomes_a_draft_and_what_is_not_what_it_says_is_named(
    county: Organisation, editor: User
) -> None:
    files = [
        SimpleUploadedFile("巡线手册.pdf", PDF),
        SimpleUploadedFile("！！！.pdf", PDF),
        SimpleUploadedFile("假的.pdf", b"MZ not a pdf"),
    ]
    answer = signed_in(editor).post("/admin/library/upload/", {"organisation": county.pk, "chosen": files})
    assert answer.status_code == 200
    drafts = ResourcePage.objects.order_by("pk")
    assert [(page.title, page.live, page.owner == editor) for page in drafts] == [
        ("巡线手册", False, True),
        ("！！！", False, True),
    ]
    assert [name for name, _reason in answer.context["refused"]] == ["假的.pdf"]


def test_files_are_brought_for_the_own_organisations_and_not_without_any(county: Organisation, editor: User) -> None:
    client, other = signed_in(editor), OrganisationFactory()
    sent = [
        client.post(
            "/admin/library/upload/", {"organisation": other.pk, "chosen": [SimpleUploadedFile("a.pdf", PDF)]}
        ),
        client.post("/admin/library/upload/", {"organisation": county.pk}),
    ]
    assert [answer.status_code for answer in sent] == [400, 400]
    assert ResourcePage.objects.count() == 0
