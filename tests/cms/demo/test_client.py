import pytest

from cms.demo.client import Form, Page, SmokeError, encode, expect

PAGE = """
<form action="/search/"><input name="q" value=""></form>
<form action="/lessons/7/edit/" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc">
  <input name="title" value="雪后巡线">
  <input type="checkbox" name="topics" value="1" checked><input type="checkbox" name="topics" value="2">
  <input type="radio" name="template" value="free"><input type="radio" name="template" value="show" checked>
  <select name="work"><option value="film">a</option><option value="case" selected>b</option></select>
  <textarea name="digest">
one &amp; two</textarea>
  <input name="off" value="x" disabled>
  <button name="act" value="save">Save</button>
</form>
"""


def page(text: str = PAGE, status: int = 200) -> Page:
    return Page("http://site/lessons/7/edit/", status, text, {})


def test_a_form_is_read_as_an_untouched_browser_would_send_it() -> None:
    assert page().form("/lessons/7/") == Form(
        action="/lessons/7/edit/",
        method="post",
        values=[
            ("csrfmiddlewaretoken", "abc"),
            ("title", "雪后巡线"),
            ("topics", "1"),
            ("template", "show"),
            ("work", "case"),
            ("digest", "one & two"),
        ],
        buttons=[("act", "save")],
    )


def test_a_form_without_action_goes_to_the_page_itself() -> None:
    assert page('<form method="post"><input name="a" value="1"></form>').form("/edit/").values == [("a", "1")]


def test_a_missing_form_and_a_wrong_status_are_said_in_words() -> None:
    with pytest.raises(SmokeError, match="no form that goes to"):
        page().form("/nowhere/")
    with pytest.raises(SmokeError, match="answered 500 instead of 200"):
        expect(page(status=500), 200)


def test_fields_travel_urlencoded_and_files_in_parts() -> None:
    assert encode([("a", "课"), ("b", 2)]) == (b"a=%E8%AF%BE&b=2", "application/x-www-form-urlencoded")

    body, content_type = encode([("a", "1"), ("file", b"WEBVTT")])

    assert content_type.startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1\r\n' in body
    assert b'name="file"; filename="file.vtt"\r\nContent-Type: text/vtt\r\n\r\nWEBVTT\r\n' in body


def test_an_exact_address_wins_over_a_longer_one_that_stands_before_it() -> None:
    text = '<form action="/upload/file/"><input name="a" value="1"></form><form action="/upload/"><input name="b" value="2"></form>'

    assert page(text).form("/upload/").values == [("b", "2")]
