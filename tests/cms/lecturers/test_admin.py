"""The admin: lecturers of the own organisations, each saving written down, suspensions told to the rooms above."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.accounts.models import AuditEntry
from cms.core import events
from cms.core.clock import today
from cms.lecturers.cards import photo_of
from cms.lecturers.events import LecturerSuspended
from cms.lecturers.models import Lecturer, LessonOffer
from cms.lecturers.services import hide_lecturer, show_lecturer
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from tests.cms.lecturers.conftest import Scene
from tests.factories.admin import in_admin
from tests.factories.assets import ImageFactory
from tests.factories.lecturers import LecturerFactory, LessonOfferFactory, SuspensionFactory
from tests.factories.taxonomy import AudienceFactory, TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LIST = "/admin/snippets/lecturers/lecturer/"


def filled(scene: Scene, **changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "name": "孟守安",
        "kind": "guest",
        "organisation": scene.county.pk,
        "visibility": "public",
        "live": "on",
        "travel_km": "40",
        "onsite": "on",
        "buffer_before": "30",
        "buffer_after": "30",
        "step": "30",
        "notice_minutes": "0",
        "horizon_days": "90",
        "cap_month": "4",
        "contact_phone": "19900007777",
    }
    for name in ("offers", "terms", "suspensions"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return form | changes


def row(name: str, **values: str) -> dict[str, str]:
    filled_row = {"id": "", "DELETE": "", **values}
    return {f"{name}-TOTAL_FORMS": "1"} | {f"{name}-0-{field}": value for field, value in filled_row.items()}


def test_an_editor_takes_somebody_into_the_pool(scene: Scene) -> None:
    client = in_admin(scene.editor)
    given = filled(
        scene,
        **row("offers", title="下井前的七个动作", minutes="45", order="0", is_offered="on"),
        **row("terms", starts_on=str(today()), ends_on=""),
    )

    response = client.post(f"{LIST}add/", given)

    assert response.status_code == 302
    made = Lecturer.objects.get(name="孟守安")
    assert [offer.title for offer in made.offers.all()] == ["下井前的七个动作"]
    assert client.get(made.get_absolute_url()).context["in_service"] is True
    entry = AuditEntry.objects.get(action="lecturers.add")
    assert (entry.actor_id, entry.after["offers"]) == (scene.editor.pk, ["下井前的七个动作"])
    assert "19900007777" not in str(entry.after)
    assert OutboxEntry.objects.filter(kind="lecturer", object_id=str(made.pk)).exists()


def test_a_photograph_that_the_editor_brought_is_seen_by_those_whom_the_lecturer_is_shown_to(scene: Scene) -> None:
    photo, client = ImageFactory(uploaded_by_user=scene.editor), in_admin(scene.editor)
    seen = []
    client.post(f"{LIST}add/", filled(scene, photo=photo.pk))
    made = Lecturer.objects.get(name="孟守安")
    below = {"visibility": "organisation", "visible_organisation": scene.county.pk}
    for changes in ({}, below, {"live": ""}, {}, {"photo": ""}):
        client.post(f"{LIST}edit/{made.pk}/", filled(scene, **({"photo": photo.pk} | changes)))
        photo.refresh_from_db()
        seen.append((photo.visibility, photo.visible_organisation_id))
    nobody = (Visibility.PRIVATE, None)
    county = (Visibility.ORGANISATION, scene.county.pk)
    assert seen == [(Visibility.PUBLIC, None), county, nobody, (Visibility.PUBLIC, None), nobody]


def test_showing_a_lecturer_shows_the_photograph_and_hiding_hides_it(scene: Scene) -> None:
    photo = ImageFactory(uploaded_by_user=scene.editor)
    client = in_admin(scene.editor)
    client.post(f"{LIST}add/", filled(scene, photo=photo.pk, live=""))
    made = Lecturer.objects.get(name="孟守安")
    show_lecturer(made, actor=scene.editor)
    shown = photo_of(Lecturer.objects.get(pk=made.pk), AnonymousUser())
    hide_lecturer(made, actor=scene.editor)
    assert (shown, photo_of(Lecturer.objects.get(pk=made.pk), AnonymousUser())) == (photo, None)


def test_a_photograph_that_somebody_opened_stays_as_open_as_it_was(scene: Scene) -> None:
    photo = ImageFactory(visibility=Visibility.PUBLIC)
    below = {"visibility": "organisation", "visible_organisation": scene.county.pk}
    in_admin(scene.editor).post(f"{LIST}add/", filled(scene, photo=photo.pk, **below))
    assert Lecturer.objects.get(name="孟守安").photo == photo
    photo.refresh_from_db()
    assert photo.visibility == Visibility.PUBLIC


def test_lessons_of_the_menu_have_topics_and_audiences_in_the_admin(scene: Scene) -> None:
    topic, audience = TopicFactory(), AudienceFactory()
    client = in_admin(scene.editor)
    labels = {"offers-0-topics": [topic.pk], "offers-0-audiences": [audience.pk]}
    client.post(f"{LIST}add/", filled(scene, **row("offers", title="下井前", minutes="45", order="0"), **labels))
    offer = LessonOffer.objects.get(title="下井前")
    assert (list(offer.topics.all()), list(offer.audiences.all())) == ([topic], [audience])

    stored = row("offers", title="下井前", minutes="45", order="0", id=str(offer.pk)) | {"offers-INITIAL_FORMS": "1"}
    client.post(f"{LIST}edit/{offer.lecturer_id}/", filled(scene, **stored, **{"offers-0-topics": [topic.pk]}))
    offer = LessonOffer.objects.get(title="下井前")
    assert (list(offer.topics.all()), list(offer.audiences.all())) == ([topic], [])


def test_a_suspension_is_written_down_and_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[LecturerSuspended] = []
    monkeypatch.setitem(events._subscribers, LecturerSuspended, [heard.append])
    given = filled(
        scene,
        name="周砚秋",
        kind="full_time",
        organisation=scene.lecturer.organisation_id,
        **row("suspensions", starts_on=str(today()), ends_on="", reason="外出进修"),
    )

    response = in_admin(scene.editor).post(f"{LIST}edit/{scene.lecturer.pk}/", given)

    assert response.status_code == 302
    assert heard == [LecturerSuspended(scene.lecturer.pk, today(), None)]
    entry = AuditEntry.objects.get(action="lecturers.change")
    assert len(entry.after["suspensions"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"step": "0"},
        {"visibility": "organisation"},
        row("terms", starts_on="2027-01-01", ends_on="2026-01-01"),
        row("offers", title="太长", minutes="9999", order="0"),
        row("suspensions", starts_on="2027-01-01", ends_on="", reason=""),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(scene: Scene, changes: dict[str, str]) -> None:
    response = in_admin(scene.editor).post(f"{LIST}add/", filled(scene, **changes))

    assert response.status_code == 200
    assert not Lecturer.objects.filter(name__in=["孟守安", ""]).exists()
    assert not AuditEntry.objects.filter(action="lecturers.add").exists()


def test_lecturers_of_other_organisations_do_not_open_and_cannot_be_given_away(scene: Scene) -> None:
    client = in_admin(scene.stranger)
    given = filled(scene)

    assert client.get(f"{LIST}edit/{scene.lecturer.pk}/").status_code == 302
    assert "周砚秋" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}edit/{scene.lecturer.pk}/", given).status_code == 302
    assert client.post(f"{LIST}add/", given).status_code == 200
    assert Lecturer.objects.get().name == "周砚秋"


def test_whoever_opens_the_contacts_in_the_admin_is_written_down(scene: Scene) -> None:
    address = f"{LIST}edit/{scene.lecturer.pk}/"
    assert in_admin(scene.stranger).get(address).status_code == 302
    assert in_admin(scene.editor).get(address).status_code == 200
    [entry] = AuditEntry.objects.filter(action="lecturers.see_contact")
    assert (entry.actor_id, entry.target_id) == (scene.editor.pk, str(scene.lecturer.pk))


def test_nobody_deletes_a_lecturer(scene: Scene) -> None:
    assert in_admin(scene.editor).post(f"{LIST}delete/{scene.lecturer.pk}/").status_code == 302
    assert Lecturer.objects.filter(pk=scene.lecturer.pk).exists()


def test_the_list_is_narrowed(scene: Scene) -> None:
    SuspensionFactory(lecturer=LecturerFactory(name="孟守安", organisation=scene.county, kind="guest"))
    client = in_admin(scene.editor)

    def names(query: str) -> list[bool]:
        text = client.get(f"{LIST}{query}").content.decode()
        return ["周砚秋" in text, "孟守安" in text]

    assert names("") == [True, True]
    assert names("?kind=guest") == [False, True]
    assert names("?asked=true") == [True, False]
    assert names("?asked=false") == [False, True]
    assert names(f"?organisation={scene.lecturer.organisation_id}") == [True, False]


def test_the_chooser_offers_own_and_shown_lecturers(scene: Scene) -> None:
    LessonOfferFactory(lecturer__name="未展示", lecturer__live=False)
    hidden = Lecturer.objects.get(name="未展示")
    Lecturer.objects.filter(pk=scene.lecturer.pk).update(live=False)
    client = in_admin(scene.editor)

    text = client.get("/admin/snippets/choose/lecturers/lecturer/results/").content.decode()

    assert "周砚秋" in text
    assert hidden.name not in text


def test_nobody_is_deleted_in_bulk_nor_named_there(scene: Scene) -> None:
    hidden = LecturerFactory(live=False)
    answer = in_admin(scene.editor).get(f"/admin/bulk/lecturers/lecturer/delete/?id={hidden.pk}")
    assert (answer.status_code, hidden.name in answer.content.decode()) == (404, False)
