"""A small S3 server for tests that checks every signature: objects in memory, multipart, ranges, lists, copies.

The servers one can install from the package index either check no signatures or are gone. What this one does not
know it refuses (501), so that a test never passes on an answer that no real server would give.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from defusedxml import ElementTree

from tests.services.s3_signatures import UNSIGNED, Asked, RefusedError, check_signature

KEY = "weike-tests"
SECRET = secrets.token_hex(20)
SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
STATUS_OF = {"InvalidAccessKeyId": 403, "SignatureDoesNotMatch": 403, "AccessDenied": 403, "RequestTimeTooSkewed": 403}


class AnswerError(Exception):
    """An S3 error: status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Stored:
    """One object."""

    body: bytes
    kind: str = "binary/octet-stream"
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class S3Server(ThreadingHTTPServer):
    """One bucket store; `seen` lists method and path of every request that was properly signed."""

    daemon_threads = True

    def __init__(self, *buckets: str) -> None:
        super().__init__(("127.0.0.1", 0), S3Handler)
        self.buckets: dict[str, dict[str, Stored]] = {name: {} for name in buckets}
        self.parts: dict[str, dict[int, Stored]] = {}
        self.kinds: dict[str, str] = {}
        self.seen: list[tuple[str, str]] = []
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class S3Handler(BaseHTTPRequestHandler):
    """Checks the signature, then answers."""

    server: S3Server
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        """Answer one request, errors as S3 words them."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.check(body)
            self.route(body)
        except RefusedError as refused:
            self.fail(STATUS_OF[str(refused)], str(refused))
        except AnswerError as error:
            self.fail(error.status, error.code)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815  # the names that http.server calls

    def check(self, body: bytes) -> None:
        """Raise RefusedError unless the request is signed with our key and its body is the one that was signed."""
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        signed = check_signature(Asked(self.command, parts.path, parts.query, headers), key=KEY, secret=SECRET)
        if signed != UNSIGNED and signed != hashlib.sha256(body).hexdigest():
            raise AnswerError(400, "XAmzContentSHA256Mismatch")
        self.server.seen.append((self.command, unquote(parts.path)))

    def route(self, body: bytes) -> None:
        """Find what is asked for."""
        parts = urlsplit(self.path)
        bucket, _slash, self.name = unquote(parts.path).lstrip("/").partition("/")
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if bucket not in self.server.buckets:
            raise AnswerError(404, "NoSuchBucket")
        self.objects = self.server.buckets[bucket]
        if not self.name:
            self.on_bucket(body)
        elif self.query.keys() & {"uploads", "uploadId"}:
            self.on_multipart(body)
        else:
            self.on_object(body)

    def on_bucket(self, body: bytes) -> None:
        if self.command == "HEAD":
            self.say(200)
        elif self.command == "GET":
            self.list_objects()
        elif self.command == "POST" and "delete" in self.query:
            names = [entry.text or "" for entry in ElementTree.fromstring(body).iter(f"{SPACE}Key")]
            for name in names:
                self.objects.pop(name, None)
            self.say_xml("DeleteResult", "".join(f"<Deleted><Key>{escape(name)}</Key></Deleted>" for name in names))
        else:
            raise AnswerError(501, "NotImplemented")

    def list_objects(self) -> None:
        """List one page of names below a prefix, what lies behind the delimiter as one entry."""
        prefix, delimiter = self.query.get("prefix", ""), self.query.get("delimiter", "")
        after = self.query.get("continuation-token") or self.query.get("marker") or self.query.get("start-after", "")
        most = int(self.query.get("max-keys", "1000"))
        entries: dict[str, str] = {}
        for name in sorted(name for name in self.objects if name.startswith(prefix)):
            head, found, _rest = name[len(prefix) :].partition(delimiter) if delimiter else (name, "", "")
            entries.setdefault(prefix + head + found if found else name, "folder" if found else "file")
        wanted = [(name, kind) for name, kind in entries.items() if name > after]
        page = wanted[:most]
        rows = "".join(self.entry(name, kind) for name, kind in page)
        more = len(wanted) > most
        token = escape(page[-1][0]) if more else ""
        end = f"<NextContinuationToken>{token}</NextContinuationToken><NextMarker>{token}</NextMarker>" if more else ""
        self.say_xml("ListBucketResult", f"<IsTruncated>{str(more).lower()}</IsTruncated>{end}{rows}")

    def entry(self, name: str, kind: str) -> str:
        if kind == "folder":
            return f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
        stored = self.objects[name]
        at = stored.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        size = f"<Size>{len(stored.body)}</Size><ETag>{escape(stored.etag)}</ETag>"
        return f"<Contents><Key>{escape(name)}</Key><LastModified>{at}</LastModified>{size}</Contents>"

    def on_multipart(self, body: bytes) -> None:
        number = self.query.get("uploadId", "")
        parts = self.server.parts
        if self.command == "POST" and "uploads" in self.query:
            number = secrets.token_hex(8)
            parts[number] = {}
            self.server.kinds[number] = self.headers.get("Content-Type", "")
            self.say_xml("InitiateMultipartUploadResult", f"<UploadId>{number}</UploadId>")
        elif number not in parts:
            raise AnswerError(404, "NoSuchUpload")
        elif self.command == "PUT":
            part = parts[number][int(self.query["partNumber"])] = Stored(body)
            self.say(200, ETag=part.etag)
        elif self.command == "POST":
            self.complete(number, body)
        elif self.command == "DELETE":
            del parts[number]
            self.say(204)
        else:
            raise AnswerError(501, "NotImplemented")

    def complete(self, number: str, body: bytes) -> None:
        """Put the parts together in the order that the request names, if all of them came."""
        named = [
            (int(part.findtext(f"{SPACE}PartNumber")), part.findtext(f"{SPACE}ETag"))
            for part in ElementTree.fromstring(body).iter(f"{SPACE}Part")
        ]
        received = self.server.parts[number]
        if any(key not in received or received[key].etag != tag for key, tag in named):
            raise AnswerError(400, "InvalidPart")
        self.objects[self.name] = Stored(
            b"".join(received[key].body for key, _tag in named), self.server.kinds.pop(number)
        )
        del self.server.parts[number]
        self.say_xml("CompleteMultipartUploadResult", f"<ETag>{escape(self.objects[self.name].etag)}</ETag>")

    def on_object(self, body: bytes) -> None:
        if self.command == "PUT" and "x-amz-copy-source" in self.headers:
            bucket, _slash, name = unquote(self.headers["x-amz-copy-source"]).lstrip("/").partition("/")
            source = self.found(self.server.buckets.get(bucket, {}), name)
            self.objects[self.name] = Stored(source.body, source.kind)
            self.say_xml("CopyObjectResult", f"<ETag>{escape(source.etag)}</ETag>")
        elif self.command == "PUT":
            self.objects[self.name] = Stored(body, self.headers.get("Content-Type", "binary/octet-stream"))
            self.say(200, ETag=self.objects[self.name].etag)
        elif self.command == "DELETE":
            self.objects.pop(self.name, None)
            self.say(204)
        elif self.command in {"GET", "HEAD"}:
            self.send_object(self.found(self.objects, self.name))
        else:
            raise AnswerError(501, "NotImplemented")

    def found(self, objects: dict[str, Stored], name: str) -> Stored:
        if name not in objects:
            raise AnswerError(404, "NoSuchKey")
        return objects[name]

    def send_object(self, stored: Stored) -> None:
        """Send the object, or the range that was asked for."""
        body, headers, status = stored.body, {"Accept-Ranges": "bytes"}, 200
        if wanted := self.headers.get("Range"):
            first, _dash, last = wanted.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, len(body) - int(last))
            end = min(len(body), int(last) + 1) if first and last else len(body)
            if start >= len(body):
                raise AnswerError(416, "InvalidRange")
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(body)}"
            body, status = body[start:end], 206
        kind = self.query.get("response-content-type", stored.kind)
        self.say(
            status, body, ETag=stored.etag, Last_Modified=format_datetime(stored.at, usegmt=True), Type=kind, **headers
        )

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header({"Type": "Content-Type"}.get(name, name.replace("_", "-")), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def say_xml(self, root: str, inner: str, status: int = 200) -> None:
        text = f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{SPACE[1:-1]}">{inner}</{root}>'
        self.say(status, text.encode(), Type="application/xml")

    def fail(self, status: int, code: str) -> None:
        text = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
        self.say(status, text.encode(), Type="application/xml")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's own name
        """Stay quiet."""


@contextmanager
def serving_s3(*buckets: str) -> Iterator[S3Server]:
    """Run the server in a thread of this process."""
    with S3Server(*buckets) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
