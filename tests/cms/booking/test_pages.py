"""Asking in three steps, the page of a request, the overview."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.booking.services import accept, counter, flag_bookings_of_lecturer
from cms.booking.views import booking as views
from cms.core.errors import StaleState
from cms.notices.models import Notice
from tests.factories.accounts import signed_in
from tests.factories.booking import Scene, move_into_past
from tests.factories.lecturers import LessonOfferFactory, OccupationFactory, evening


def where(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return what the last step posts."""
    return {
        "offer": "",
        "topic": "冬季用气",
        "minutes": "90",
        "mode": "onsite",
        "start": evening(5).isoformat(),
        "organisation": scene.branch.pk,
        "place": "活动室二楼",
        "heads": "32",
        "note": "老人较多",
        "key": "k",
        **changes,
    }


def test_three_steps_lead_to_a_request(scene: Scene) -> None:
    offer = LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气", minutes=60)
    client, address = signed_in(scene.secretary), f"/bookings/new/{scene.lecturer.pk}/"
    assert "冬季用气" in client.get(address).content.decode()

    chosen = {"offer": offer.pk, "mode": "onsite"}
    when = client.get(address, {**chosen, "step": 2}).content.decode()
    start = re.findall(r'name="start" value="([^"]+)"', when)[0]

    last = client.get(address, {**chosen, "step": 3, "start": start}).content.decode()
    key = re.findall(r'name="key" value="([^"]+)"', last)[0]
    sent = client.post(address, where(scene, offer=offer.pk, topic="", minutes="", start=start, key=key))

    booking = BookingRequest.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, booking.get_absolute_url())
    assert (booking.offer, booking.topic, booking.minutes, booking.heads) == (offer, "冬季用气", 60, 32)
    assert booking.starts_at == datetime.fromisoformat(start)


def test_a_time_chosen_on_the_lecturer_s_page_is_kept_and_skips_the_second_step(scene: Scene) -> None:
    client, address = signed_in(scene.secretary), f"/bookings/new/{scene.lecturer.pk}/"
    first = client.get(address, {"start": evening(5).isoformat()}).content.decode()
    assert f'name="start" value="{evening(5).isoformat()}"' in first
    assert 'name="step" value="3"' in first


@pytest.mark.parametrize(("given", "said"), [({}, "请选一个时间。"), ({"start": "x"}, "请从列出的时间里选一个。")])
def test_going_on_without_a_time_is_said_beside_the_times_of_the_same_week(
    scene: Scene, given: dict[str, str], said: str
) -> None:
    client, address = signed_in(scene.secretary), f"/bookings/new/{scene.lecturer.pk}/"
    week = evening(12).date()
    monday = (week - timedelta(days=week.weekday())).isoformat()
    chosen = {"topic": "用气", "minutes": "45", "mode": "onsite", "step": "3", "week": monday}
    answer = client.get(address, chosen | given)
    page = answer.content.decode()
    assert (answer.status_code, answer.context["errors"]) == (400, [said])
    assert f"<span>{said}</span>" in page
    for kept in ('name="topic" value="用气"', 'name="minutes" value="45"', f'name="week" value="{monday}"'):
        assert kept in page


def test_the_choice_of_a_lesson_says_nothing_of_staying_empty(scene: Scene) -> None:
    LessonOfferFactory(lecturer=scene.lecturer, title="冬季用气")
    page = signed_in(scene.secretary).get(f"/bookings/new/{scene.lecturer.pk}/").content.decode()
    legend = page.partition("选一节课")[2].partition("</legend>")[0]
    assert "可以先空着" not in legend
    assert "可以先空着" in page.partition("自己写内容")[2].partition("</label>")[0]


@pytest.mark.long
def test_a_double_click_asks_once(scene: Scene) -> None:
    client, address = signed_in(scene.secretary), f"/bookings/new/{scene.lecturer.pk}/"
    first, second = (client.post(address, where(scene)) for _n in range(2))
    assert first["Location"] == second["Location"]
    assert (BookingRequest.objects.count(), Notice.objects.count()) == (1, 1)


@pytest.mark.long
def test_a_time_given_away_meanwhile_keeps_what_was_typed_and_offers_three_others(scene: Scene) -> None:
    scene.agreed()
    client, address = signed_in(scene.secretary), f"/bookings/new/{scene.lecturer.pk}/"
    refused = client.post(address, where(scene))
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "老人较多" in page
    assert "活动室二楼" in page
    others = re.findall(r'<input type="radio" name="start" value="([^"]+)"', page)
    assert len(others) == 3
    assert client.post(address, where(scene, start=others[0])).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"heads": ""}, "heads"),
        ({"heads": "9" * 50}, "heads"),
        ({"heads": "²"}, "heads"),
        ({"place": " "}, "place"),
        ({"place": "x" * 201}, "place"),
        ({"note": "x" * 20_000}, "note"),
        ({"organisation": "9" * 50}, "organisation"),
        ({"organisation": ""}, "organisation"),
    ],
)
def test_an_error_is_named_and_nothing_typed_is_lost(scene: Scene, changes: dict[str, str], field: str) -> None:
    client = signed_in(scene.secretary)
    response = client.post(f"/bookings/new/{scene.lecturer.pk}/", where(scene, **changes))
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert f'name="start" value="{evening(5).isoformat()}"' in response.content.decode()
    assert not BookingRequest.objects.exists()


@pytest.mark.parametrize(
    "start", ["", "x", "2026-12-03", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\0"]
)
def test_a_time_that_is_none_leads_back_to_the_week(scene: Scene, start: str) -> None:
    client = signed_in(scene.secretary)
    response = client.post(f"/bookings/new/{scene.lecturer.pk}/", where(scene, start=start))
    assert response.status_code == 400
    assert 'class="week"' in response.content.decode()


@pytest.mark.parametrize("week", ["", "x", "0001-01-01", "9999-12-31", "2026-13-45", "9" * 5000])
def test_any_week_can_be_asked_for(scene: Scene, week: str) -> None:
    query = {"topic": "用气", "minutes": "90", "mode": "onsite", "step": "2", "week": week}
    assert signed_in(scene.secretary).get(f"/bookings/new/{scene.lecturer.pk}/", query).status_code == 200


def test_a_member_cannot_ask(scene: Scene) -> None:
    client = signed_in(scene.teacher)
    assert client.get(f"/bookings/new/{scene.lecturer.pk}/").status_code == 403
    assert client.post(f"/bookings/new/{scene.lecturer.pk}/", where(scene)).status_code == 403
    assert not BookingRequest.objects.exists()


@pytest.mark.long
def test_the_lecturer_reads_the_request_and_accepts(scene: Scene) -> None:
    booking = scene.request()
    client = signed_in(scene.teacher)
    page = client.get(booking.get_absolute_url()).content.decode()
    assert "等你答复" in page
    assert "没有别的安排" in page

    assert client.get(f"{booking.get_absolute_url()}accept/").status_code == 405
    assert client.post(f"{booking.get_absolute_url()}accept/")["Location"] == booking.get_absolute_url()

    booking.refresh_from_db()
    assert booking.status == BookingStatus.ACCEPTED


@pytest.mark.parametrize("act", ["", "decline/", "counter/"])
def test_an_answer_from_a_page_that_lay_open_is_none_to_a_time_proposed_since(scene: Scene, act: str) -> None:
    booking = scene.request()
    client, address = signed_in(scene.teacher), booking.get_absolute_url()
    page = client.get(f"{address}{act}").content.decode()
    [shown] = re.findall(r'name="proposed" value="([^"]+)"', page)
    counter(booking, starts_at=evening(6), actor=scene.teacher, reason="出差")
    counter(booking, starts_at=evening(7), actor=scene.secretary, reason="那天开会")

    typed = {"reason": "没空", "day": evening(8).date().isoformat(), "time": "19:00"}
    answer = client.post(f"{address}{act or 'accept/'}", typed | {"proposed": shown})

    booking.refresh_from_db()
    assert (answer.status_code, booking.status, booking.starts_at) == (409, BookingStatus.PENDING, evening(7))
    assert "对方又提出了新的时间" in answer.content.decode()
    assert f'name="proposed" value="{evening(7).isoformat()}"' in answer.content.decode()


@pytest.mark.parametrize("odd", ["0001-01-01T00:00:00+14:00", "2026-99-99T00:00", "9999-12-31", "x"])
def test_what_is_no_time_on_the_page_is_no_server_error(scene: Scene, odd: str) -> None:
    answer = signed_in(scene.teacher).post(f"{scene.request().get_absolute_url()}accept/", {"proposed": odd})
    assert answer.status_code in {302, 409}


def test_a_yes_that_comes_too_late_shows_other_times(scene: Scene) -> None:
    first, second = scene.request(), scene.request()
    accept(first, actor=scene.teacher)
    client = signed_in(scene.teacher)
    assert "已有别的安排" in client.get(second.get_absolute_url()).content.decode()
    refused = client.post(f"{second.get_absolute_url()}accept/")
    assert refused.status_code == 409
    assert len(refused.context["refusal_times"]) == 3


def test_another_time_is_proposed_on_a_form(scene: Scene) -> None:
    booking = scene.request()
    address = f"{booking.get_absolute_url()}counter/"
    client = signed_in(scene.teacher)
    day = evening(6)
    wrong = client.post(address, {"day": "0001-01-01", "time": "19:00", "reason": "出差"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (400, ["day"])
    assert client.post(address, {"day": day.date().isoformat(), "time": "19:00", "reason": "出差"}).status_code == 302

    page = signed_in(scene.secretary).get(booking.get_absolute_url()).content.decode()
    assert "对方想换个时间" in page
    assert "<del>" in page
    assert "出差" in page


@pytest.mark.parametrize("act", ["decline", "cancel"])
def test_a_reason_is_needed_and_kept_when_something_is_wrong(scene: Scene, act: str) -> None:
    booking = scene.request()
    person = scene.teacher if act == "decline" else scene.secretary
    client, address = signed_in(person), f"{booking.get_absolute_url()}{act}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 400
    assert client.post(address, {"reason": "没空"}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == {"decline": BookingStatus.DECLINED, "cancel": BookingStatus.CANCELLED}[act]


@pytest.mark.parametrize("act", ["decline", "counter"])
def test_whoever_is_not_asked_is_led_back_to_the_request(scene: Scene, act: str) -> None:
    booking = scene.request()
    response = signed_in(scene.secretary).get(f"{booking.get_absolute_url()}{act}/")
    assert (response.status_code, response["Location"]) == (302, booking.get_absolute_url())


@pytest.mark.long
def test_the_branch_records_what_was_held_and_shows_listeners_the_way_to_mark(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    client, address = signed_in(scene.secretary), f"{booking.get_absolute_url()}deliver/"
    assert 'value="32"' in client.get(address).content.decode()
    assert client.post(address, {"heads": "0", "minutes": "90"}).status_code == 400
    assert client.post(address, {"heads": "28", "minutes": "90"}).status_code == 302
    page = client.get(booking.get_absolute_url()).content.decode()
    assert f"/workbench/evaluations/{booking.delivery.evaluation_id}/" in page
    assert client.get(f"/workbench/evaluations/{booking.delivery.evaluation_id}/").status_code == 200


@pytest.mark.long
def test_a_lesson_that_was_not_held_is_ended_with_a_reason_on_its_page(scene: Scene) -> None:
    booking = scene.agreed()
    flag_bookings_of_lecturer(scene.lecturer.pk)
    move_into_past(booking)
    client, address = signed_in(scene.secretary), f"{booking.get_absolute_url()}cancel/"
    page = client.get(booking.get_absolute_url()).content.decode()
    assert "这节课等你登记" in page
    assert "这节课照常进行吗" not in page
    assert f'<a class="btn quiet" href="{address}">没有上成</a>' in page
    assert "不计授课学时" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "讲师路上遇雪"}).status_code == 302
    page = signed_in(scene.teacher).get(booking.get_absolute_url()).content.decode()
    assert '<h2 class="mt-2" id="h-next">这次课没有上成</h2>' in page
    assert f"{scene.branch}写明：这次课没有上成" in page
    assert "讲师路上遇雪" in page


@pytest.mark.long
def test_either_side_writes_to_the_other(scene: Scene) -> None:
    booking = scene.request()
    client = signed_in(scene.teacher)
    assert client.post(f"{booking.get_absolute_url()}say/", {"text": ""}).status_code == 400
    assert client.post(f"{booking.get_absolute_url()}say/", {"text": "能不能准备垫子"}).status_code == 302
    assert "能不能准备垫子" in signed_in(scene.secretary).get(booking.get_absolute_url()).content.decode()
    assert Notice.objects.filter(kind="booking.said", user=scene.secretary).count() == 1


def test_the_same_words_twice_in_a_row_are_said_once_and_told_once(scene: Scene) -> None:
    booking = scene.request()
    for person, words in (
        (scene.teacher, "带投影吗？"),
        (scene.teacher, "带投影吗？"),
        (scene.secretary, "带"),
        (scene.teacher, "带投影吗？"),
    ):
        signed_in(person).post(f"{booking.get_absolute_url()}say/", {"text": words})

    said = list(booking.events.filter(kind="said").order_by("pk").values_list("reason", flat=True))
    assert said == ["带投影吗？", "带", "带投影吗？"]
    assert Notice.objects.filter(user=scene.secretary, kind="booking.said").count() == 2


def test_a_lesson_to_decide_again_shows_why_and_stays_until_somebody_decides(scene: Scene) -> None:
    booking = scene.agreed()
    flag_bookings_of_lecturer(scene.lecturer.pk)
    client = signed_in(scene.secretary)
    assert "讲师暂时不能授课" in client.get(booking.get_absolute_url()).content.decode()
    assert booking.topic in client.get("/workbench/").content.decode()
    assert client.post(f"{booking.get_absolute_url()}keep/").status_code == 302
    booking.refresh_from_db()
    assert booking.concern == ""


def test_deciding_again_what_somebody_decided_already_is_a_conflict_said_on_the_page(scene: Scene) -> None:
    booking = scene.agreed()
    answer = signed_in(scene.secretary).post(f"{booking.get_absolute_url()}keep/")
    assert (answer.status_code, answer.context["refusal"].code) == (409, "stale")
    assert str(answer.context["refusal"].message) in answer.content.decode()


def test_a_message_that_is_refused_stays_in_its_field(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise StaleState("有人先改了。")

    monkeypatch.setattr(views, "say", refuse)
    address = f"{scene.request().get_absolute_url()}say/"
    answer = signed_in(scene.secretary).post(address, {"text": "能不能准备垫子"})
    assert (answer.status_code, answer.context["message_form"].non_field_errors()) == (409, ["有人先改了。"])
    assert "能不能准备垫子" in answer.content.decode()


@pytest.mark.parametrize("act", ["", "accept/", "decline/", "counter/", "cancel/", "deliver/", "keep/", "say/"])
def test_a_request_of_others_does_not_exist(scene: Scene, act: str) -> None:
    booking = scene.agreed()
    client = signed_in(scene.stranger)
    address = f"{booking.get_absolute_url()}{act}"
    response = client.post(address, {"reason": "x"}) if act else client.get(address)
    assert response.status_code == 404


@pytest.mark.long
def test_the_inbox_holds_what_waits_with_its_deadline(scene: Scene) -> None:
    scene.both_say_yes()
    waiting = scene.request(topic="等学校答复")
    over = move_into_past(accept(accept(scene.request(topic="等登记"), actor=scene.dean), actor=scene.teacher))
    assert waiting.topic in signed_in(scene.dean).get("/workbench/").content.decode()
    page = signed_in(scene.secretary).get("/workbench/").content.decode()
    assert over.topic in page
    assert waiting.topic not in page


@pytest.mark.long
def test_the_overview_holds_both_sides_in_a_fixed_number_of_queries(scene: Scene) -> None:
    client, counts = signed_in(scene.secretary), []
    for day in (5, 6, 7):
        scene.request(starts_at=evening(day), topic=f"第{day}讲")
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/workbench/bookings/").content.decode()
        counts.append(len(seen))
        assert f"第{day}讲" in page
    assert len(set(counts)) == 1
    lent = signed_in(scene.dean).get("/workbench/bookings/?side=lent").content.decode()
    assert "第5讲" in lent
    assert "第5讲" not in client.get("/workbench/bookings/?show=past").content.decode()
    assert "第5讲" not in signed_in(scene.stranger).get("/workbench/bookings/").content.decode()


def test_the_page_of_a_request_asks_a_fixed_number_of_queries_however_long_its_story(scene: Scene) -> None:
    booking, client, counts = scene.request(), signed_in(scene.dean), []
    for day, person in ((6, scene.teacher), (7, scene.secretary), (8, scene.teacher)):
        counter(booking, starts_at=evening(day), actor=person, reason="换一天")
        with CaptureQueriesContext(connection) as seen:
            client.get(booking.get_absolute_url())
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_free_times_leave_out_what_is_given_away(scene: Scene) -> None:
    OccupationFactory(lecturer=scene.lecturer, starts_at=evening(5, 8), ends_at=evening(5, 22))
    query = {"topic": "用气", "minutes": "90", "mode": "onsite", "step": "2", "week": evening(5).date().isoformat()}
    page = signed_in(scene.secretary).get(f"/bookings/new/{scene.lecturer.pk}/", query).content.decode()
    assert evening(5).date().isoformat() not in "".join(re.findall(r'name="start" value="([^"]+)"', page))
