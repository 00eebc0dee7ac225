"""The design system's tags, rendered as the pages use them."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from cms.core.design_samples import SampleForm
from cms.core.templatetags import core_tags


def render(source: str, **context: object) -> str:
    return Template("{% load core_tags %}" + source).render(Context(context))


def test_an_icon_is_decoration_for_screen_readers() -> None:
    markup = '<svg class="icon s" aria-hidden="true"><use href="#i-play"/></svg>'
    assert render('{% icon "play" "s" %}') == markup


def test_an_icon_name_cannot_break_out_of_its_attribute() -> None:
    assert 'href="#i-&quot;&gt;' in render("{% icon name %}", name='">')


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59.9, "0:59"), (400, "6:40"), (3723, "1:02:03"), (timedelta(minutes=5), "5:00"), (None, "")],
)
def test_a_duration_shows_hours_only_when_there_are_some(seconds: float | timedelta | None, shown: str) -> None:
    assert core_tags.duration(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0, "00:00"), (192, "03:12"), (754, "12:34"), (3723, "1:02:03")])
def test_a_moment_has_two_digits_of_minutes(seconds: float, shown: str) -> None:
    assert core_tags.moment(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(40, "40 s"), (120, "2 min"), (400, "6 min 40 s")])
def test_a_length_is_said_in_words(seconds: float, shown: str) -> None:
    with translation.override("en"):
        assert core_tags.duration_words(seconds) == shown


def test_a_date_names_its_weekday_in_the_county_time_zone() -> None:
    late_evening_utc = datetime(2026, 12, 2, 22, 0, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert core_tags.local_datetime(late_evening_utc) == "2026年12月3日 周四 06:00"
        assert core_tags.local_date(date(2026, 12, 6)) == "2026年12月6日 周日"
    with translation.override("en"):
        assert core_tags.local_datetime(late_evening_utc) == "Thu 3 Dec 2026 06:00"


def rendered(text: str, **context: object) -> str:
    return Template("{% load core_tags i18n %}" + text).render(Context(context))


def test_a_day_on_a_page_is_one_piece_and_in_an_attribute_plain_text() -> None:
    at = datetime(2026, 12, 5, 22, 0, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert rendered("{{ at|local_date }}", at=at) == '<span class="unbroken">2026年12月6日 周日</span>'
        assert rendered("{{ at|local_datetime }}", at=at) == '<span class="unbroken">2026年12月6日 周日 06:00</span>'
        within = "{% blocktranslate with day=at|local_date %}until {{ day }} & on{% endblocktranslate %}"
        assert rendered(within, at=at) == 'until <span class="unbroken">2026年12月6日 周日</span> & on'
        plain = "{{ at|plain_date }}, {{ at|plain_datetime }}"
        assert rendered(plain, at=at) == "2026年12月6日 周日, 2026年12月6日 周日 06:00"
    assert rendered("{{ at|local_date }}{{ at|local_datetime }}", at=None) == ""


def test_days_within_a_sentence_are_each_one_piece_and_the_rest_is_escaped() -> None:
    said = "<讲师> 提出 2026年12月6日 周日 06:00–07:30，不是 2026年12月7日 周一"
    assert rendered("{{ said|keep_dates }}", said=said) == (
        '&lt;讲师&gt; 提出 <span class="unbroken">2026年12月6日 周日 06:00</span>–07:30，'
        '不是 <span class="unbroken">2026年12月7日 周一</span>'
    )
    english = "proposes Sun 6 Dec 2026 06:00–07:30"
    assert rendered("{{ said|keep_dates }}", said=english) == (
        'proposes <span class="unbroken">Sun 6 Dec 2026 06:00</span>–07:30'
    )


def test_an_unknown_time_is_shown_as_nothing() -> None:
    assert [core_tags.local_datetime(None), core_tags.local_date(None), core_tags.local_time(None)] == ["", "", ""]


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (900, "900 B"), (47_104, "46 KB"), (1_258_291, "1.2 MB"), (123_731_968, "118 MB"), (None, "")],
)
def test_a_size_keeps_a_digit_only_where_it_says_something(size: int | None, shown: str) -> None:
    assert core_tags.file_size(size) == shown


def test_text_for_a_script_element_cannot_end_it() -> None:
    text = "</script><b>“引号”&\"'\\"
    shown = core_tags.json_text(text)
    assert "<" not in shown
    assert json.loads(shown) == text


def links(path: str, **more: object) -> list[dict[str, object]]:
    return core_tags.nav_links(Context({"request": RequestFactory().get(path), **more}))


def test_the_navigation_marks_the_page_and_its_section() -> None:
    assert {link["url"]: link["current"] for link in links("/lessons/")}["/lessons/"] == "page"
    assert {link["url"]: link["current"] for link in links("/lessons/7/")}["/lessons/"] == "true"
    assert [link["current"] for link in links("/")] == ["page", "", "", "", "", "", "", ""]


def test_a_page_with_another_address_names_its_section_itself() -> None:
    assert {link["url"]: link["current"] for link in links("/quizzes/1/", nav_active="lessons")}["/lessons/"] == "true"


def test_the_workbench_is_shown_only_to_those_who_have_one() -> None:
    assert "/workbench/" not in {link["url"] for link in links("/")}
    assert "/workbench/" in {link["url"] for link in links("/", show_workbench=True)}


@pytest.mark.long
def test_a_refused_field_is_tied_to_its_help_and_error() -> None:
    form = SampleForm({"title": ""}, auto_id="id_%s")
    markup = str(form["title"].as_field_group())
    assert 'aria-describedby="id_title_helptext id_title_error"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'id="id_title_helptext"' in markup
    assert 'id="id_title_error"' in markup


def test_a_refused_form_begins_with_a_summary_that_leads_to_each_field() -> None:
    markup = str(SampleForm({}, auto_id="id_%s"))
    assert markup.index("data-error-summary") < markup.index('for="id_title"')
    assert 'href="#id_title"' in markup
    assert markup.count('role="alert"') == 1


@pytest.mark.django_db
def test_the_design_page_shows_every_part_without_inline_code(client: Client) -> None:
    response = client.get("/design/")
    page = response.content.decode()
    assert response.status_code == 200
    assert " style=" not in page
    assert "onclick" not in page
    for part in ("data-player", "data-upload", "data-transcript", "data-question", "data-dialog", "data-toast"):
        assert part in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "told"), [({"Save-Data": "on"}, ("on", "none")), ({}, ("off", "metadata"))], ids=str
)
def test_a_player_spares_data_where_the_browser_asks_for_it(
    asked: dict[str, str], told: tuple[str, str], client: Client
) -> None:
    page = client.get("/design/", headers=asked).content.decode()
    found = re.search(r'data-saver="(\w+)".*?preload="(\w+)"', page, re.DOTALL)
    assert found is not None
    assert found.groups() == told


@pytest.mark.django_db
def test_the_elder_view_and_the_appearance_come_from_cookies(client: Client) -> None:
    client.cookies["elder"] = "1"
    client.cookies["theme"] = "dark"
    assert '<html lang="zh-Hans" data-view="elder" data-theme="dark">' in client.get("/design/").content.decode()


@pytest.mark.django_db
def test_an_unknown_appearance_is_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert '<html lang="zh-Hans">' in client.get("/design/").content.decode()


@pytest.mark.django_db
def test_a_missing_page_says_what_to_do_next(client: Client) -> None:
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert 'href="/search/"' in response.content.decode()


def test_the_page_for_our_own_faults_needs_neither_request_nor_database() -> None:
    assert "500" in get_template("500.html").render()


MARK = '<p class="demo-mark note">演示数据</p>'


@pytest.mark.parametrize(("demo", "marks"), [(True, 1), (False, 0)])
def test_pages_without_a_foot_say_that_their_data_is_made_up(settings: Settings, marks: int, *, demo: bool) -> None:
    settings.DEMO = demo
    assert get_template("500.html").render().count(MARK) == marks
    wall = get_template("core/base.html").render({"screen_view": True}, RequestFactory().get("/"))
    assert wall.count(MARK) == marks
    assert MARK not in get_template("core/base.html").render({}, RequestFactory().get("/"))
