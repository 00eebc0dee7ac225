"""Places go through one look of somebody else before they are shown, and their picture with them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.review.models import ReviewTaskState
from cms.review.services import approve, submit
from cms.venues.models import Venue
from cms.venues.services import begin_venue
from tests.factories.assets import ImageFactory, sized_copy
from tests.factories.lessons import Stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory, publish_venue

pytestmark = pytest.mark.django_db
ADMIN = "wagtailsnippets_venues_venue"


def hand_in(stage: Stage, **values: object) -> ReviewTaskState:
    keeper = make_editor(stage.committee)
    given = {"name": "旧址", "kind": "red_site", "organisation": stage.committee, "visibility": "public"}
    venue = begin_venue(Venue(**(given | values)), actor=keeper)
    submit(venue, actor=keeper)
    look: ReviewTaskState = Venue.objects.get(pk=venue.pk).current_workflow_task_state
    return look


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]  # a user
    return client


def test_there_is_one_look_an_editors_and_never_the_authors(stage: Stage) -> None:
    look = hand_in(stage)
    venue = Venue.objects.get()
    assert (look.stage, venue.get_workflow().name) == ("editor", "编辑审核")
    assert Notice.objects.get(kind="review.waiting").user_id == stage.editor.pk
    with pytest.raises(PermissionDenied):
        approve(venue, actor=look.author)
    approve(venue, actor=stage.editor)
    assert Venue.objects.get().live


@pytest.mark.long
def test_only_those_whose_duty_it_is_open_the_look(stage: Stage, client: Client) -> None:
    look = hand_in(stage, contact_phone="19900000000")
    address = reverse("venues:review", args=[look.pk])
    assert client.get(address).status_code == 302
    elsewhere = make_editor(OrganisationFactory(), Role.REVIEWER)
    people = (look.author, stage.secretary, stage.author, elsewhere, make_editor(stage.committee, Role.REVIEWER))
    assert [signed_in(person).get(address).status_code for person in people] == [404, 404, 404, 404, 200]


def test_a_return_says_why_and_the_place_stays_hidden(stage: Stage) -> None:
    look = hand_in(stage)
    address = reverse("venues:review", args=[look.pk])
    client = signed_in(stage.editor)
    assert client.post(address, {"decision": "return", "comment": ""}).status_code == 400
    assert client.post(address, {"decision": "return", "comment": "周一是否闭馆，请核实。"}).status_code == 302
    venue = Venue.objects.get()
    told = Notice.objects.get(user=look.author, kind="review.returned")
    assert (venue.live, told.body, told.url) == (False, "周一是否闭馆，请核实。", venue.author_page_url())
    # Decided once: the second decision comes too late.
    assert client.post(address, {"decision": "approve", "comment": ""}).status_code == 409


def test_a_changed_place_shows_what_was_approved_until_the_change_is(stage: Stage, client: Client) -> None:
    keeper = make_editor(stage.committee)
    venue = publish_venue(VenueFactory(organisation=stage.committee, name="老名字"), by=keeper, reviewer=stage.editor)
    draft = venue.get_latest_revision_as_object()
    draft.name = "新名字"
    draft.save_revision(user=keeper)
    address = reverse("venues:venue", args=[venue.pk])
    assert "老名字" in client.get(address).content.decode()
    submit(Venue.objects.get(), actor=keeper)
    approve(Venue.objects.get(), actor=stage.editor)
    assert "新名字" in client.get(address).content.decode()


@pytest.mark.long
def test_a_picture_is_seen_by_whom_the_place_is_for_and_in_the_review_before(stage: Stage, client: Client) -> None:
    picture = ImageFactory()
    sized_copy(picture, "max-1200x675|format-jpeg")
    look = hand_in(stage, picture=picture)
    page = signed_in(stage.editor).get(reverse("venues:review", args=[look.pk])).content.decode()
    shown = f"/venues/review/{look.pk}/picture/"
    inside = page.split(shown)[1].split('"')[0]
    picture_shown = signed_in(stage.editor).get(shown + inside)
    assert (picture_shown.status_code, picture_shown["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(picture_shown.streaming_content)  # type: ignore[attr-defined]  # a file
    assert signed_in(stage.author).get(shown + inside).status_code == 404
    assert SiteImage.objects.get().visibility == "private"

    approve(Venue.objects.get(), actor=stage.editor)
    assert SiteImage.objects.get().visibility == "public"
    assert "place-picture" in client.get(reverse("venues:venue", args=[Venue.objects.get().pk])).content.decode()
    Venue.objects.get().unpublish(user=stage.editor)
    assert SiteImage.objects.get().visibility == "private"


@pytest.mark.long
def test_a_picture_of_a_colleague_is_seen_in_the_preview_by_whoever_looks_after_the_place(stage: Stage) -> None:
    county = stage.committee
    picture = ImageFactory(uploaded_by_user=make_editor(county))
    copy = sized_copy(picture, "max-1200x675|format-jpeg")
    venue = begin_venue(Venue(name="旧址", kind="red_site", organisation=county, picture=picture), actor=stage.editor)
    other, colleague = sized_copy(ImageFactory(), "max-1200x675|format-jpeg"), make_editor(county)
    ensure_editor_permissions()
    sync_editor_groups(colleague)
    client = signed_in(User.objects.get(pk=colleague.pk))
    preview = client.get(reverse(f"{ADMIN}:revisions_view", args=[venue.pk, venue.latest_revision_id]))
    address = reverse("venues:draft_picture", args=[venue.pk, copy.pk])
    assert (preview.status_code, address in preview.content.decode()) == (200, True)
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]  # a file
    assert client.post(address).status_code == 405
    assert client.get(reverse("venues:draft_picture", args=[venue.pk, other.pk])).status_code == 404
    assert client.get(reverse("venues:draft_picture", args=[venue.pk + 1000, copy.pk])).status_code == 404
    for stranger in (stage.author, make_editor(OrganisationFactory())):
        assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_picture_that_somebody_opened_stays_as_it_is(stage: Stage) -> None:
    picture = ImageFactory(visibility="role", visible_role="editor")
    keeper = make_editor(stage.committee)
    venue = publish_venue(
        VenueFactory(organisation=stage.committee, picture=picture), by=keeper, reviewer=stage.editor
    )
    venue.unpublish(user=stage.editor)
    assert SiteImage.objects.get().visibility == "role"
