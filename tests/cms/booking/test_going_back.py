"""Going back and being refused while asking: whatever was typed is still there, as a browser without scripts sees it."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.demo.client import Page
from tests.factories.booking import Scene, keeper_of
from tests.factories.lecturers import LessonOfferFactory, SuspensionFactory, evening
from tests.factories.organisations import OrganisationFactory

OWN: dict[str, Any] = {"offer": "", "topic": "管网巡线", "minutes": "45", "mode": "online"}
TYPED: dict[str, Any] = {"place": "三区队会议室", "heads": "17", "note": "请讲慢一点。\n有两位听力不好。"}


class Browser:
    """Fills in the one form of a page that goes on with asking, and presses one of its buttons."""

    def __init__(self, person: User, address: str) -> None:
        self.client, self.address = Client(), address
        self.client.force_login(person)
        self.page = self.client.get(address)

    @property
    def text(self) -> str:
        """Return the page in hand."""
        return self.page.content.decode()

    def fields(self) -> dict[str, Any]:
        """Return what the last form of the page would send as it stands."""
        forms = re.findall(rf'<form[^>]*action="{self.address}".*?</form>', self.text, re.DOTALL)
        return dict(Page(self.address, 200, forms[-1], {}).form(self.address).values)

    def press(self, button: tuple[str, str] | None = None, **typed: Any) -> int:
        """Send the last form of the page with what was typed, a button last as browsers do; return the status."""
        body = urlencode([*(self.fields() | typed).items(), *([button] if button else [])])
        method = re.findall(rf'<form[^>]*method="(\w+)" action="{self.address}"', self.text)[-1]
        if method == "post":
            self.page = self.client.post(self.address, body, content_type="application/x-www-form-urlencoded")
        else:
            self.page = self.client.get(f"{self.address}?{body}")
        return self.page.status_code

    def follow(self, label: str) -> None:
        """Follow the link with this text."""
        href = re.findall(rf'<a href="([^"]+)">{label}</a>', self.text)[0].replace("&amp;", "&")
        self.page = self.client.get(self.address + href if href.startswith("?") else href)


@pytest.fixture
def browser(scene: Scene) -> Browser:
    """Somebody at the last step, with an own topic and an evening chosen."""
    LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气")
    opened = Browser(scene.secretary, f"/bookings/new/{scene.lecturer.pk}/")
    opened.press(**OWN)
    opened.press(("step", "3"), start=first_free(opened))
    return opened


def first_free(browser: Browser) -> str:
    """Return the first beginning that the page offers."""
    return str(re.findall(r'type="radio" name="start" value="([^"]+)"', browser.text)[0])


def is_kept(fields: dict[str, Any], given: dict[str, Any]) -> bool:
    """Return whether the form holds all of it."""
    return {name: fields.get(name, "").replace("\r\n", "\n") for name in given} == given


def test_the_link_back_to_the_first_step_keeps_an_own_topic(scene: Scene) -> None:
    LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气")
    browser = Browser(scene.secretary, f"/bookings/new/{scene.lecturer.pk}/")
    browser.press(**OWN)
    browser.follow("讲什么")
    assert (browser.page.status_code, is_kept(browser.fields(), OWN)) == (200, True)


def test_the_link_back_keeps_the_lesson_that_was_chosen(scene: Scene) -> None:
    _first, second = (LessonOfferFactory(lecturer=scene.lecturer, order=number) for number in (1, 2))
    browser = Browser(scene.secretary, f"/bookings/new/{scene.lecturer.pk}/")
    browser.press(offer=str(second.pk))
    browser.follow("讲什么")
    assert browser.fields()["offer"] == str(second.pk)


def test_back_to_the_first_step_and_on_again_keeps_all_that_was_typed(browser: Browser) -> None:
    start = browser.fields()["start"]
    key = browser.fields()["key"]
    browser.press(("step", "1"), **TYPED)
    assert is_kept(browser.fields(), OWN | TYPED)
    assert TYPED["note"] not in browser.page.request["QUERY_STRING"]

    browser.press(topic="管网巡线（二）")
    assert is_kept(browser.fields(), TYPED | {"start": start, "key": key})
    browser.press()

    asked = BookingRequest.objects.get()
    sent = (asked.topic, asked.place, asked.heads, asked.note)
    assert sent == ("管网巡线（二）", TYPED["place"], 17, TYPED["note"])
    assert asked.starts_at == datetime.fromisoformat(start)


@pytest.mark.long
def test_back_to_the_times_and_another_week_keep_all_that_was_typed(browser: Browser) -> None:
    start = browser.fields()["start"]
    browser.press(("step", "2"), **TYPED)
    assert is_kept(browser.fields(), OWN | TYPED | {"start": start})
    assert f'value="{start}" checked' in browser.text

    later = re.findall(r'name="week" value="([^"]+)" aria-label="下一周"', browser.text)[0]
    fields = browser.fields() | {"step": "2", "week": later}
    browser.page = browser.client.post(browser.address, fields)
    assert is_kept(browser.fields(), OWN | TYPED | {"week": later})

    browser.press(("step", "3"), start=first_free(browser))
    assert is_kept(browser.fields(), OWN | TYPED)
    assert browser.press() == 302


def test_a_lesson_that_left_the_menu_meanwhile_leads_to_the_first_step_with_all_that_was_typed(scene: Scene) -> None:
    offer = LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气")
    browser = Browser(scene.secretary, f"/bookings/new/{scene.lecturer.pk}/")
    browser.press(offer=str(offer.pk))
    browser.press(("step", "3"), start=first_free(browser))
    start = browser.fields()["start"]
    offer.is_offered = False
    offer.save()

    browser.press(**TYPED)
    assert (browser.page.status_code, list(browser.page.context["form"].errors)) == (400, ["offer", "topic"])
    assert is_kept(browser.fields(), TYPED)

    browser.press(**OWN)
    assert (browser.page.status_code, is_kept(browser.fields(), OWN | TYPED | {"start": start})) == (200, True)
    assert browser.press() == 302


@pytest.mark.parametrize("start", ["", "x", "9999-12-31T23:59:59-14:00"])
@pytest.mark.long
def test_a_spoiled_time_leads_to_the_week_with_all_that_was_typed(browser: Browser, start: str) -> None:
    browser.press(**TYPED, start=start)
    assert (browser.page.status_code, is_kept(browser.fields(), OWN | TYPED)) == (400, True)
    browser.press(("step", "3"), start=first_free(browser))
    assert (browser.page.status_code, is_kept(browser.fields(), OWN | TYPED)) == (200, True)
    assert browser.press() == 302


def past(_scene: Scene) -> datetime:
    """Return an evening that is over."""
    return evening(-1)


def too_soon(scene: Scene) -> datetime:
    """Return a beginning before the lecturer's notice."""
    scene.lecturer.notice_minutes = 7 * 24 * 60
    scene.lecturer.save()
    return evening(5)


def too_far(scene: Scene) -> datetime:
    """Return a beginning behind the lecturer's horizon."""
    return evening(scene.lecturer.horizon_days + 3)


def outside_hours(_scene: Scene) -> datetime:
    """Return a beginning at night."""
    return evening(5, 3)


def not_bookable(scene: Scene) -> datetime:
    """Return a beginning while the lecturer is suspended."""
    day = evening(5).date()
    SuspensionFactory(lecturer=scene.lecturer, starts_on=day, ends_on=day)
    return evening(5)


@pytest.mark.parametrize("case", [past, too_soon, too_far, outside_hours, not_bookable])
def test_a_time_that_cannot_be_keeps_all_that_was_typed_and_offers_others(
    browser: Browser, scene: Scene, case: Any
) -> None:
    browser.press(**TYPED, start=case(scene).isoformat())
    others = re.findall(r'type="radio" name="start" value="([^"]+)"', browser.text)
    assert (browser.page.status_code, len(others)) == (400, 3)
    assert len(browser.page.context["form"].non_field_errors()) == 1
    assert is_kept(browser.fields(), OWN | TYPED | {"start": others[0]})
    assert browser.press(start=others[1]) == 302
    assert BookingRequest.objects.get().starts_at == datetime.fromisoformat(others[1])


@pytest.mark.long
def test_a_time_that_was_given_away_keeps_all_that_was_typed_for_the_other_times(
    browser: Browser, scene: Scene
) -> None:
    start = datetime.fromisoformat(browser.fields()["start"])
    scene.agreed(starts_at=start, minutes=45)
    browser.press(**TYPED)
    assert (browser.page.status_code, is_kept(browser.fields(), OWN | TYPED)) == (409, True)
    assert datetime.fromisoformat(browser.fields()["start"]) != start
    assert browser.press() == 302


@pytest.mark.long
def test_who_goes_back_after_sending_and_changes_a_word_is_told_what_was_sent_and_may_ask_once_more(
    browser: Browser,
) -> None:
    page_before_sending = browser.page
    key = browser.fields()["key"]
    browser.press(**TYPED)
    first = BookingRequest.objects.get()

    browser.page = page_before_sending
    browser.press(**TYPED | {"heads": "18"})
    assert (browser.page.status_code, browser.page.context["sent"]) == (409, first.get_absolute_url())
    assert f'href="{first.get_absolute_url()}"' in browser.text
    assert "约课已经发出去了" in browser.text
    assert is_kept(browser.fields(), OWN | TYPED | {"heads": "18"})
    assert browser.fields()["key"] != key
    assert BookingRequest.objects.count() == 1

    assert browser.press() == 302
    assert sorted(BookingRequest.objects.values_list("heads", flat=True)) == [17, 18]


def test_who_goes_back_to_a_page_that_was_loaded_anew_and_sends_it_once_more_is_told_that_it_was_sent(
    browser: Browser,
) -> None:
    fields = browser.fields() | TYPED
    browser.press(**TYPED)
    first = BookingRequest.objects.get()

    browser.page = browser.client.get(browser.address, OWN | {"start": fields["start"], "step": "3"})
    assert browser.fields()["key"] != fields["key"]
    assert browser.press(**TYPED) == 409
    assert (browser.page.context["sent"], BookingRequest.objects.count()) == (first.get_absolute_url(), 1)

    # Where it is meant, a second one comes about.
    assert browser.press() == 302
    assert BookingRequest.objects.count() == 2


def test_another_branch_or_another_hour_is_another_request(browser: Browser, scene: Scene) -> None:
    start = datetime.fromisoformat(browser.fields()["start"])
    other = OrganisationFactory(parent=scene.branch.get_parent())
    scene.request(by=keeper_of(other), organisation=other, starts_at=start, minutes=45)
    scene.request(starts_at=start + timedelta(days=1), minutes=45)
    assert browser.press(**TYPED) == 302


def test_another_time_begins_with_the_week_of_the_chosen_one(browser: Browser) -> None:
    start = datetime.fromisoformat(browser.fields()["start"]) + timedelta(days=14)
    browser.press(("step", "2"), **TYPED, start=start.isoformat())
    assert browser.page.context["monday"] == start.date() - timedelta(days=start.weekday())


def test_a_time_that_cannot_be_read_begins_with_the_first_week_with_free_time(browser: Browser, scene: Scene) -> None:
    scene.lecturer.notice_minutes = 14 * 24 * 60
    scene.lecturer.save(update_fields=["notice_minutes"])
    free = evening(14).date()
    browser.press(("step", "2"), **TYPED, start="nonsense")
    first = browser.page.context["monday"]
    assert first >= free - timedelta(days=free.weekday())
    assert any(day["slots"] for day in browser.page.context["days"])


def test_the_week_that_was_looked_at_is_the_one_to_choose_from(scene: Scene) -> None:
    LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气")
    later = evening(10).date()
    monday = later - timedelta(days=later.weekday())
    browser = Browser(scene.secretary, f"/bookings/new/{scene.lecturer.pk}/")
    looked_at = browser.client.get(f"{scene.lecturer.get_absolute_url()}?week={monday}").content.decode()
    [way] = re.findall(rf'href="({browser.address}[^"]*)"', looked_at)
    browser.page = browser.client.get(way.replace("&amp;", "&"))
    browser.press(**OWN)
    assert browser.page.context["monday"] == monday


def test_going_back_writes_nothing(browser: Browser) -> None:
    for step in ("1", "2", "3"):
        browser.client.post(browser.address, browser.fields() | TYPED | {"step": step})
    assert not BookingRequest.objects.exists()


def test_a_refused_time_far_in_the_past_offers_the_next_free_ones(browser: Browser) -> None:
    browser.press(**TYPED, start="2001-01-01T19:00:00+08:00")
    others = re.findall(r'type="radio" name="start" value="([^"]+)"', browser.text)
    assert len(others) == 3
    assert datetime.fromisoformat(others[0]) < evening(0) + timedelta(days=3)
