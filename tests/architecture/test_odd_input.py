"""Whatever stands in an address or a form: it may be refused, but the site never falls over it."""

import json
import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.architecture.asking import FORM, TABLE, Visitor, insider, our_addresses, table
from tests.architecture.county import ROLES, County

pytestmark = pytest.mark.wide

HUGE = "9" * 5000
# Every parameter that some page reads gets each of these.
NASTY = (
    "",
    "a" * 20_000,
    "a%00b",
    "a%%0000b",
    "%ff%fe%80",
    "%ed%a0%80",
    "-1",
    "0",
    "1e999",
    "nan",
    HUGE,
    str(2**63),
    "999999999999999999",
    "0001-01-01",
    "9999-12-31",
    "²",
    "'\"><script>",
    "../../etc/passwd",
    "foo",
    "{}",
)
NAMES = [
    "q",
    "page",
    "topic",
    "method",
    "audience",
    "kind",
    "id",
    "sort",
    "order",
    "facets",
    "organisation",
    "region",
    "year",
    "t",
    "next",
    "show",
    "since",
    "until",
    "action",
    "language",
    "lang",
    "tab",
    "type",
    "series",
    "query",
    "group",
    "source",
    "at",
    "selected",
]
Request = tuple[str, str, str, bytes, str]  # name, method, address, body, kind of body
MULTIPART = "multipart/form-data; boundary=x"
BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", "application/x-www-form-urlencoded"),
    (b"\xff\xfe\x00\x80=%ff&%00=%00", "application/x-www-form-urlencoded"),
    (b"", MULTIPART),
    (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\r\nbroken', MULTIPART),
    (b"--x--", "multipart/form-data"),
    (b'{"a": [[[[', "application/json"),
    (b"\xff\xfe", "application/json; charset=utf-99"),
)
FIELDS = [
    "next",
    "name",
    "code",
    "login",
    "password",
    "text",
    "note",
    "at_s",
    "moment_s",
    "token",
    "category",
    "kind",
    "id",
    "title",
    "topics",
    "audiences",
    "methods",
    "to",
    "on",
    "role",
    "organisation",
    "reason",
    "answer",
    "act",
    "key",
    "done",
    "playlist",
    "audience",
    "together_on",
    "upload",
    "language",
    "lines",
    "people",
    "muted",
    "elder",
    "stay",
    "until",
    "form-TOTAL_FORMS",
    "questions-TOTAL_FORMS",
    "keys-TOTAL_FORMS",
]


def paths(county: County) -> dict[str, str]:
    """Return an address that exists for every name that has one."""
    return {name: reverse(name, kwargs=county.arguments.get(name)) for name in sorted(our_addresses())}


def open_to(method: str) -> set[str]:
    """Return the names that somebody may ask for with the method."""
    return {name for name, known in table(TABLE) if known == method}


def encoded(fields: dict[str, str]) -> str:
    """Return the fields as in an address; values that are broken encodings already stay as they are."""
    return "&".join(f"{key}={value if '%' in value else quote(value)}" for key, value in fields.items())


def failures(county: County, requests: list[Request]) -> list[str]:
    """Send each request as somebody who gets through the address's door, and return what ended in a server error."""
    visitors = {role: Visitor(county, role) for role in ROLES}
    found = []
    for name, method, path, body, kind in requests:
        role = insider(name, method)
        response = visitors[role].send(method, path, body, kind)
        if response.status_code >= 500 and name != "portal:readyz":
            found.append(f"{role} {method} {name} {path[:150]} {body[:80]!r} → {response.status_code}")
    return found


def test_no_query_of_any_address_is_a_server_error(county: County) -> None:
    requests: list[Request] = []
    asked = [(name, path) for name, path in paths(county).items() if name in open_to("GET")]
    for position, (name, path) in enumerate(asked):
        for turn in range(2):
            # Each address meets every value, each parameter in turn another one: all pairs would take an hour.
            values = [NASTY[(position + turn * 5 + place) % len(NASTY)] for place in range(len(NAMES))]
            query = encoded(dict(zip(NAMES, values, strict=True)))
            requests.append((name, "GET", f"{path}?{query}", b"", ""))
        requests.append((name, "GET", f"{path}?page[]=1&page=2&page=&q=1&q=2&=&&%", b"", ""))
    assert failures(county, requests) == []


def test_no_number_in_an_address_is_a_server_error(county: County) -> None:
    requests: list[Request] = []
    for name, path in paths(county).items():
        for number in (str(2**63), "9" * 300):
            changed = re.sub(r"(?<=/)\d+(?=/|$|\.)", number, path)
            if changed != path:
                methods = [method for method in ("GET", "POST", "PUT", "DELETE") if name in open_to(method)]
                requests.extend((name, method, changed, b"{}", "application/json") for method in methods)
    assert len(requests) > 100
    assert failures(county, requests) == []


def test_no_key_of_another_form_is_a_server_error(county: County) -> None:
    odd = ("-" * 36, "0" * 36, "é" * 5, "a" * 64, "%00", "x.vtt")
    requests: list[Request] = []
    for name, path in paths(county).items():
        for value in county.arguments.get(name, {}).values():
            text = str(value)
            if not text.isdigit() and text in path:
                requests.extend(
                    (name, method, path.replace(text, key), b"", "")
                    for key in odd
                    for method in ("GET", "POST")
                    if name in open_to(method)
                )
    assert failures(county, requests) == []


def test_no_body_of_any_form_is_a_server_error(county: County) -> None:
    requests: list[Request] = []
    asked = [(name, path) for name, path in paths(county).items() if name in open_to("POST")]
    for position, (name, path) in enumerate(asked):
        requests.extend((name, "POST", path, body, kind) for body, kind in BODIES)
        for turn in range(2):
            fields = {field: NASTY[(position + turn * 7 + place) % len(NASTY)] for place, field in enumerate(FIELDS)}
            requests.append((name, "POST", path, encoded(fields).encode(), FORM))
    assert failures(county, requests) == []


def test_no_json_of_the_api_is_a_server_error(county: County) -> None:
    requests: list[Request] = []
    values: tuple[object, ...] = (2**63, -(2**70), "a\0b", "\ud800", [], None, True, 1e308, {"a": 1})
    for value in values:
        given = dict.fromkeys(
            ("seq", "segments", "rate", "visible", "answer", "uuid", "organisation", "reason"), value
        )
        partly = {"seq": value, "segments": [[0, value]], "rate": value, "visible": True, "answer": [value]}
        requests += [
            (name, method, path, json.dumps(body).encode(), "application/json")
            for name, path in paths(county).items()
            if name.startswith("api:")
            for method in ("POST", "PUT")
            if name in open_to(method)
            for body in (given, partly, [value])
        ]
    assert failures(county, requests) == []


def test_a_body_that_is_no_json_is_answered_in_the_shape_of_every_error(county: County) -> None:
    answers = {}
    for name, path in paths(county).items():
        for method in ("POST", "PUT"):
            if name.startswith("api:") and name in open_to(method):
                answer = Visitor(county, insider(name, method)).send(method, path, b"{", "application/json")
                answers[name] = (answer.status_code, answer.json())
    refused = {name for name, (status, told) in answers.items() if status == 400}
    assert refused >= {"api:create_booking", "api:counter_booking", "api:save", "api:submit", "api:beat"}
    assert {tuple(answers[name][1]) for name in refused} == {("code", "message", "fields")}
    assert {answers[name][1]["message"] for name in refused} == {"这不是 JSON。"}
