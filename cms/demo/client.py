"""A small browser without a screen: cookies, forms filled as a person would, JSON and resumable uploads.

The smoke run uses it so that it walks through real pages with real form protection instead of calling services.
"""

import base64
import json
import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

TIMEOUT_S = 60
UNPRESSED = {"submit", "button", "image", "reset", "file"}


TAG = re.compile(r"<[^>]*>")


class SmokeError(Exception):
    """A page answered differently from what a person needs."""


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it would send, its buttons."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class FormReader(HTMLParser):
    """Collects the forms of a page with the values that an untouched browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: tuple[str, list[str]] | None = None
        self._choice: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their fields."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in {"input", "button"}:
            self._note_input(self._open, tag, values)
        elif self._open is not None and tag == "textarea":
            self._area = (values.get("name", ""), [])
        elif self._open is not None and tag == "select":
            self._choice = values.get("name", "")
        elif self._open is not None and tag == "option" and self._choice and "selected" in values:
            self._open.values.append((self._choice, values.get("value", "")))

    def _note_input(self, form: Form, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "submit" if tag == "button" else "text")
        name = values.get("name", "")
        if not name or "disabled" in values:
            return
        if kind in UNPRESSED:
            form.buttons.append((name, values.get("value", "")))
        elif kind not in {"checkbox", "radio"} or "checked" in values:
            form.values.append((name, values.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        """Collect the text of a textarea."""
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "textarea" and self._area is not None and self._open is not None:
            self._open.values.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None
        elif tag == "select":
            self._choice = None
        elif tag == "form":
            self._open = None


@dataclass(frozen=True)
class Page:
    """What a request brought back, after redirects."""

    url: str
    status: int
    text: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """Return the path that was finally reached."""
        return urlsplit(self.url).path

    def form(self, action_part: str) -> Form:
        """Return the form whose action is the text, else the first whose action contains it.

        Raises SmokeError when the page has none.
        """
        reader = FormReader()
        reader.feed(self.text)
        # A form of a dialog closes it and sends nothing.
        actions = [(form.action or self.path, form) for form in reader.forms if form.method != "dialog"]
        matching = [form for action, form in actions if action == action_part]
        matching += [form for action, form in actions if action_part in action]
        if matching:
            return matching[0]
        raise SmokeError(f"{self.url} has no form that goes to …{action_part}…")


class Client:
    """One person's browser."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies), HTTPRedirectHandler())

    def request(
        self, method: str, address: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Page:
        """Send one request and follow redirects; error statuses come back as pages too."""
        url = urljoin(self.base_url, address)
        # The base address is given on the command line by the operator; nothing else reaches this call.
        request = Request(url, data=body, method=method, headers={"Referer": url, **(headers or {})})  # noqa: S310
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return read_page(response)
        except HTTPError as error:
            return Page(url, error.code, error.read().decode(errors="replace"), dict(error.headers.items()))

    def get(self, address: str) -> Page:
        """Open a page.

        Raises SmokeError unless it answers 200.
        """
        return expect(self.request("GET", address), 200)

    def submit(self, page: Page, action_part: str, *, button: tuple[str, str] | None = None, **values: Any) -> Page:
        """Fill in a form of the page and send it; fields not named keep what the page proposed.

        A value may be a list (several choices) or bytes (a file). Raises SmokeError unless the answer is 200.
        """
        form = page.form(action_part)
        fields = [(name, value) for name, value in form.values if name not in values]
        for name, value in values.items():
            fields.extend((name, one) for one in (value if isinstance(value, list) else [value]))
        if button:
            fields.append(button)
        body, content_type = encode(fields)
        answer = self.request(
            "POST", urljoin(page.url, form.action or page.path), body=body, headers={"Content-Type": content_type}
        )
        return expect(answer, 200)

    def json(self, method: str, address: str, payload: Any = None, *, status: int = 200) -> Any:
        """Call the API with the session and its form protection.

        Raises SmokeError on another status than expected.
        """
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf_token()}
        body = None if payload is None else json.dumps(payload).encode()
        page = expect(self.request(method, address, body=body, headers=headers), status)
        return json.loads(page.text) if page.text else None

    def csrf_token(self) -> str:
        """Return the session's form protection value."""
        return next((cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken"), "")

    def upload(self, content: bytes, *, filename: str, title: str, chunk: int = 1 << 20) -> str:
        """Send a file by tus in chunks and return the upload's address."""
        pairs = {"filename": filename, "filetype": "video/quicktime", "title": title}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        protect = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.csrf_token()}
        created = self.request(
            "POST",
            "/api/v1/uploads/",
            body=b"",
            headers={**protect, "Upload-Length": str(len(content)), "Upload-Metadata": metadata},
        )
        address = urljoin(self.base_url, expect(created, 201).headers["Location"])
        for offset in range(0, len(content), chunk):
            headers = {**protect, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            expect(self.request("PATCH", address, body=content[offset : offset + chunk], headers=headers), 204)
        return address


def read_page(response: HTTPResponse) -> Page:
    """Return a response as text."""
    return Page(
        response.url, response.status, response.read().decode(errors="replace"), dict(response.headers.items())
    )


def expect(page: Page, status: int) -> Page:
    """Return the page when it has the status.

    Raises SmokeError with the first words of what came instead.
    """
    if page.status != status:
        raise SmokeError(f"{page.url} answered {page.status} instead of {status}: {words_of(page.text)[:400]}")
    return page


def words_of(text: str) -> str:
    """Return what a page says to people: its main part without tags."""
    return " ".join(TAG.sub(" ", text.rpartition("<main")[2]).split())


def encode(fields: list[tuple[str, Any]]) -> tuple[bytes, str]:
    """Return fields as a form body and its type; bytes become files."""
    if not any(isinstance(value, bytes) for _name, value in fields):
        return urlencode([(name, str(value)) for name, value in fields]).encode(), "application/x-www-form-urlencoded"
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields:
        file = isinstance(value, bytes)
        extra = f'; filename="{name}.vtt"\r\nContent-Type: text/vtt' if file else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
        parts.append(head.encode() + (value if file else str(value).encode()) + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
