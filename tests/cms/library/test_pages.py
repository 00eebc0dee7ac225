"""What readers find in the library, on reading lists and in announcements."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import make_aware
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cms.accounts.models import User
from cms.assets.events import DocumentReplacing
from cms.assets.models import SiteDocument
from cms.assets.services import collection_named
from cms.core.clock import now, today
from cms.core.errors import DomainError
from cms.core.events import publish
from cms.lessons.services.groups import LIBRARY_COLLECTION
from cms.lessons.services.removal import unpublish
from cms.library import queries
from cms.library.models import (
    ContentPage,
    ReadingListEntry,
    ReadingListPage,
    ReadingMark,
    ResourceLesson,
    ResourcePage,
)
from cms.library.queries import related_lessons
from cms.library.search_documents import announcement_document, resource_document
from cms.library.services import announce_days, take_down_page
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.services import approve, submit
from cms.taxonomy.enums import Visibility
from search.check import check_indexes
from search.models import OutboxEntry
from search.query import search
from search.schema import Query
from tests.factories.accounts import UserFactory
from tests.factories.assets import PDF, DocumentFactory
from tests.factories.lessons import make_published, make_stage
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource, publish_page
from tests.factories.organisations import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
def member(county: Organisation) -> User:
    person: User = UserFactory()
    MembershipFactory(user=person, organisation=county)
    return person


@pytest.fixture
def book(county: Organisation, editor: User) -> ResourcePage:
    return make_resource(editor, county, kind="book")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def status_of(client: Client, address: str) -> int:
    """Return how the site answers, with the file read to its end."""
    answer = client.get(address)
    b"".join(getattr(answer, "streaming_content", ()))
    return answer.status_code


def library_file(owner: User) -> SiteDocument:
    document: SiteDocument = DocumentFactory(
        uploaded_by_user=owner,
        collection=collection_named(LIBRARY_COLLECTION),
        file=ContentFile(PDF, name="handbook.pdf"),
    )
    return document


@pytest.mark.long
def test_browse_shows_what_fits_all_that_is_chosen(county: Organisation, editor: User, reviewer: User) -> None:
    publish_page(make_resource(editor, county, title="巡线手册", kind="book", place="云岭"), reviewer)
    publish_page(make_resource(editor, county, title="交接班课件", kind="courseware"), reviewer)
    make_resource(editor, county, title="还没写完")
    shown = {
        query: [card["title"] for card in Client().get(f"/library/{query}").context["cards"]]
        for query in ("", "?kind=book", "?place=云岭", "?kind=book&place=别处", "?kind=list", "?kind=%00", "?page=0")
    }
    assert shown == {
        "": ["交接班课件", "巡线手册"],
        "?kind=book": ["巡线手册"],
        "?place=云岭": ["巡线手册"],
        "?kind=book&place=别处": [],
        "?kind=list": [],
        "?kind=%00": ["交接班课件", "巡线手册"],
        "?page=0": ["交接班课件", "巡线手册"],
    }


def test_a_file_is_seen_by_whom_its_page_is_for_and_by_nobody_after_it_is_hidden(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    document = library_file(editor)
    page = publish_page(
        make_resource(editor, county, file=document, visibility=Visibility.ORGANISATION, visible_organisation=county),
        reviewer,
    )
    opened = [status_of(client, document.url) for client in (signed_in(member), Client())]
    page.unpublish(user=editor)
    assert [*opened, status_of(signed_in(member), document.url)] == [200, 404, 404]


def test_a_file_that_an_editor_opened_by_hand_stays_as_it_is(
    county: Organisation, editor: User, reviewer: User
) -> None:
    document = library_file(editor)
    SiteDocument.objects.filter(pk=document.pk).update(visibility=Visibility.PUBLIC)
    page = publish_page(
        make_resource(editor, county, file=document, visibility=Visibility.ORGANISATION, visible_organisation=county),
        reviewer,
    )
    page.unpublish(user=editor)
    assert SiteDocument.objects.get(pk=document.pk).visibility == Visibility.PUBLIC


def test_the_file_of_a_page_is_not_replaced_while_it_is_shown_or_reviewed(
    county: Organisation, editor: User, reviewer: User
) -> None:
    document = library_file(editor)
    publish(DocumentReplacing(document.pk))
    page = make_resource(editor, county, file=document)
    submit(page, actor=editor)
    with pytest.raises(DomainError):
        publish(DocumentReplacing(document.pk))
    page = ResourcePage.objects.get(pk=page.pk)
    approve(page, actor=reviewer)
    with pytest.raises(DomainError):
        publish(DocumentReplacing(document.pk))
    ResourcePage.objects.get(pk=page.pk).unpublish(user=editor)
    publish(DocumentReplacing(document.pk))


def test_each_publication_is_a_numbered_version_with_its_note(
    county: Organisation, editor: User, reviewer: User
) -> None:
    page = publish_page(make_resource(editor, county), reviewer)
    page.change_note = "补上雷雨天的做法"
    page.save_revision(user=editor)
    page = publish_page(ResourcePage.objects.get(pk=page.pk), reviewer)
    assert [(row.number, row.note) for row in page.versions.all()] == [(2, "补上雷雨天的做法"), (1, "")]
    assert "补上雷雨天的做法" in Client().get(page.url).content.decode()


def test_a_published_page_is_looked_at_again_within_a_year(county: Organisation, editor: User, reviewer: User) -> None:
    page = publish_page(make_resource(editor, county), reviewer)
    soon = publish_page(make_resource(editor, county, review_by=today() + 30 * DAY), reviewer)
    assert (page.review_by, soon.review_by) == (today() + 365 * DAY, today() + 30 * DAY)


@pytest.mark.long
def test_a_related_lesson_that_is_no_longer_shown_is_left_out(
    county: Organisation, editor: User, reviewer: User
) -> None:
    stage = make_stage()
    lesson = make_published(stage)
    page = make_resource(editor, county)
    page.related_lessons.add(ResourceLesson(lesson=lesson))
    page.save_revision(user=editor)
    page = publish_page(page, reviewer)
    before = list(related_lessons(page, reviewer))
    unpublish(lesson, actor=stage.author)
    assert (before, list(related_lessons(page, reviewer))) == ([lesson], [])
    assert Client().get(page.url).status_code == 200


def reading_list(editor: User, reviewer: User, county: Organisation, *pages: ResourcePage) -> ReadingListPage:
    page = make_reading_list(editor, county)
    for place, target in enumerate(pages):
        page.entries.add(ReadingListEntry(target=target, note="先读这一篇", sort_order=place))
    page.save_revision(user=editor)
    return publish_page(page, reviewer)


@pytest.mark.long
def test_a_reading_list_names_only_what_the_reader_may_see(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    for_all = publish_page(make_resource(editor, county, title="人人可读"), reviewer)
    for_some = publish_page(
        make_resource(
            editor, county, title="只给本县", visibility=Visibility.ORGANISATION, visible_organisation=county
        ),
        reviewer,
    )
    page = reading_list(editor, reviewer, county, for_some, for_all)
    rows = [[row["title"] for row in client.get(page.url).context["rows"]] for client in (Client(), signed_in(member))]
    assert rows == [["人人可读"], ["只给本县", "人人可读"]]


@pytest.mark.long
def test_a_card_tells_how_many_pages_of_a_list_the_reader_may_see(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    narrow = {"visibility": Visibility.ORGANISATION, "visible_organisation": county}
    pages = [
        publish_page(make_resource(editor, county, title=title, **values), reviewer)
        for title, values in (("人人可读", {}), ("只给本县", narrow), ("收回的", {}))
    ]
    reading_list(editor, reviewer, county, *pages)
    pages[2].unpublish(user=editor)
    lengths = [
        [card["meta"][1] for card in client.get("/library/?kind=list").context["cards"]]
        for client in (Client(), signed_in(member))
    ]
    assert lengths == [["1 项"], ["2 项"]]


@pytest.mark.long
def test_the_entry_of_a_list_names_only_what_all_who_find_it_may_see(
    county: Organisation, editor: User, reviewer: User
) -> None:
    narrow = {"visibility": Visibility.ORGANISATION, "visible_organisation": county}
    pages = [
        publish_page(make_resource(editor, county, title=title, **values), reviewer)
        for title, values in (("人人可读", {}), ("只给本县", narrow), ("收回的", {}), ("撤下的", {}))
    ]
    page = reading_list(editor, reviewer, county, *pages)
    guard = make_editor(county, Role.SECURITY_OFFICER)
    told = []
    for act in (
        lambda: pages[2].unpublish(user=editor),
        lambda: take_down_page(pages[3], actor=guard, reason="有误"),
        lambda: publish_page(pages[0], reviewer),
    ):
        OutboxEntry.objects.all().delete()
        act()
        told.append(OutboxEntry.objects.filter(kind="resource", object_id=str(page.pk)).exists())
    for_all = resource_document(str(page.pk))
    ReadingListPage.objects.filter(pk=page.pk).update(**narrow)
    for_some = resource_document(str(page.pk))
    assert for_all is not None
    assert for_some is not None
    assert told == [True, True, True]
    assert for_all.body.splitlines()[1:] == ["人人可读 先读这一篇"]
    assert for_some.body.splitlines()[1:] == ["人人可读 先读这一篇", "只给本县 先读这一篇"]


@pytest.mark.long
def test_what_somebody_marked_as_read_is_shown_to_nobody_else(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    target = publish_page(make_resource(editor, county), reviewer)
    page = reading_list(editor, reviewer, county, target)
    address = reverse("library:mark", args=[target.pk])
    answer = signed_in(member).post(address, {"read": "1", "next": page.url})
    assert (answer.status_code, answer["Location"]) == (302, page.url)
    assert [signed_in(person).get(page.url).context["done"] for person in (member, editor)] == [1, 0]
    signed_in(member).post(address, {"read": "0"})
    assert ReadingMark.objects.count() == 0


def test_only_a_page_that_one_may_see_is_marked(county: Organisation, editor: User, member: User) -> None:
    draft = make_resource(editor, county)
    address = reverse("library:mark", args=[draft.pk])
    client = signed_in(member)
    assert [client.get(address).status_code, client.post(address, {"read": "1"}).status_code] == [405, 404]
    assert ReadingMark.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "last", "shown"), [(0, 0, True), (-3, None, True), (1, None, False), (-3, -1, False)]
)
def test_an_announcement_stands_in_its_days(
    county: Organisation, editor: User, reviewer: User, first: int, last: int | None, *, shown: bool
) -> None:
    ends: date | None = None if last is None else today() + last * DAY
    page = publish_page(make_announcement(editor, county, starts_on=today() + first * DAY, ends_on=ends), reviewer)
    titles = [row["title"] for row in Client().get("/announcements/").context["rows"]]
    assert (page.title in titles, Client().get(page.url).status_code == 200) == (shown, shown)
    document = announcement_document(str(page.pk))
    assert (document is not None) is shown
    assert ends is None or document is None or document.ends_at == make_aware(datetime.combine(ends, time.max))


def test_the_file_of_an_announcement_opens_in_its_days_even_when_no_worker_ran_for_a_weekend(
    county: Organisation, editor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = library_file(editor)
    first, last = today() + 4 * DAY, today() + 8 * DAY
    body = [{"type": "file", "value": {"document": document.pk, "note": ""}}]
    page = publish_page(make_announcement(editor, county, body=body, starts_on=first, ends_on=last), reviewer)
    seen = {}
    for day in (today(), first + 3 * DAY, last + 3 * DAY, last + 3 * DAY):
        monkeypatch.setattr(queries, "today", lambda day=day: day)
        OutboxEntry.objects.all().delete()
        turned = announce_days()
        told = OutboxEntry.objects.filter(kind="announcement", object_id=str(page.pk)).exists()
        seen[day] = (turned, told, status_of(Client(), document.url))
    assert list(seen.values()) == [(0, False, 404), (1, True, 200), (1, True, 404)]


def test_a_file_that_another_page_shows_stays_open_after_an_announcement(
    county: Organisation, editor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = library_file(editor)
    body = [{"type": "file", "value": {"document": document.pk, "note": ""}}]
    publish_page(make_announcement(editor, county, body=body, ends_on=today()), reviewer)
    publish_page(make_resource(editor, county, file=document), reviewer)
    tomorrow = today() + DAY
    monkeypatch.setattr(queries, "today", lambda: tomorrow)
    announce_days()
    assert status_of(Client(), document.url) == 200


def test_an_announcement_of_a_town_is_for_that_town(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    town = OrganisationFactory(parent=county)
    villager = UserFactory()
    MembershipFactory(user=villager, organisation=OrganisationFactory(parent=town))
    publish_page(
        make_announcement(
            editor, county, title="本镇周五停电", visibility=Visibility.ORGANISATION, visible_organisation=town
        ),
        reviewer,
    )
    seen = ["本镇周五停电" in client.get("/").content.decode() for client in (signed_in(villager), signed_in(member))]
    assert seen == [True, False]


def test_search_knows_a_resource_with_its_texts_and_whom_it_is_for(
    county: Organisation, editor: User, reviewer: User
) -> None:
    page = publish_page(make_resource(editor, county, kind="book", place="云岭", lead="给新线路工"), reviewer)
    document = resource_document(str(page.pk))
    assert document is not None
    assert (document.title, document.url, document.visibility.public) == ("巡线手册", page.url, True)
    assert document.body == "给新线路工\n先看杆基，再看导线。"
    assert [facet.value for facet in document.facets["region"]] == ["云岭"]
    page.unpublish(user=editor)
    assert resource_document(str(page.pk)) is None


@pytest.mark.long
def test_the_approval_of_somebody_who_reads_english_writes_chinese_words_into_search(
    book: ResourcePage,
    reviewer: User,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SEARCH_DB = tmp_path / "search.sqlite3"
    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
        publish_page(book, reviewer)
    assert [hit.subtitle for hit in search(Query(text="巡线手册")).hits] == [f"图书 · {book.organisation}"]
    assert check_indexes()["embedded"].stale == ()


def test_a_taken_down_page_is_not_published_again(county: Organisation, editor: User, reviewer: User) -> None:
    page = make_resource(editor, county)
    ContentPage.objects.filter(pk=page.pk).update(taken_down_at=now())
    with pytest.raises(PermissionDenied):
        publish_page(page, reviewer)


def test_a_page_is_shown_to_a_room_in_large_letters_and_printed(
    county: Organisation, editor: User, reviewer: User, member: User
) -> None:
    page = publish_page(make_resource(editor, county), reviewer)
    plain, large = (signed_in(member).get(page.url + query).content.decode() for query in ("", "?view=screen"))
    assert ('href="?view=screen"' in plain, "data-print" in plain, 'data-view="screen"' in plain) == (
        True,
        True,
        False,
    )
    assert ('data-view="screen"' in large, f'href="{page.url}"' in large, "weike/screen." in large) == (True,) * 3
    assert page.full_url in plain
