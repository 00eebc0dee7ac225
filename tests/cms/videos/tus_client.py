"""A small tus 1.0.0 client of our own over plain sockets, written from the protocol's text; it can misbehave on purpose."""

import base64
import hashlib
import http.client
import json
import random
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TYPE = "application/offset+octet-stream"


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def checksum_of(algorithm: str, chunk: bytes) -> str:
    """Return the header that says what a chunk's digest is."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, chunk).digest()).decode()}"


@dataclass
class TusClient:
    """Talks to one server as one person (bearer token)."""

    host: str
    port: int
    token: str
    extra: dict[str, str] = field(default_factory=dict)
    collection: str = "/api/v1/uploads/"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body or None, headers={**self.base(), **sent})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def base(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0", **self.extra}

    def create(self, length: int, *, body: bytes = b"", **metadata: str) -> Answer:
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {"Upload_Length": str(length), "Upload_Metadata": pairs}
        if body:
            headers["Content_Type"] = TYPE
        return self.ask("POST", self.collection, body, **headers)

    def begin(self, length: int, **metadata: str) -> str:
        """Create an upload and return its path."""
        answer = self.create(length, body=b"", **metadata)
        assert answer.status == 201, answer
        return urlsplit(answer.headers["location"]).path

    def patch(self, path: str, offset: int, chunk: bytes, *, checksum: str = "", **headers: str) -> Answer:
        if checksum:
            headers["Upload_Checksum"] = checksum_of(checksum, chunk)
        return self.ask("PATCH", path, chunk, Upload_Offset=str(offset), Content_Type=TYPE, **headers)

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status == 200, answer
        return int(answer.headers["upload-offset"])

    def patch_and_hang_up(self, path: str, offset: int, chunk: bytes, *, after: int, checksum: str = "") -> None:
        """Promise a whole chunk, send only its beginning and drop the line."""
        line = self.hang(path, offset, chunk, after=after, checksum=checksum)
        line.shutdown(socket.SHUT_RDWR)
        line.close()

    def hang(self, path: str, offset: int, chunk: bytes, *, after: int, checksum: str = "") -> socket.socket:
        """Promise a whole chunk, send only its beginning and keep the line open without a word."""
        headers = {
            **self.base(),
            "Host": f"{self.host}:{self.port}",
            "Upload-Offset": str(offset),
            "Content-Type": TYPE,
            "Content-Length": str(len(chunk)),
        }
        if checksum:
            headers["Upload-Checksum"] = checksum_of(checksum, chunk)
        head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items()) + "\r\n"
        line = socket.create_connection((self.host, self.port), timeout=60)
        line.sendall(head.encode() + chunk[:after])
        return line

    def send_badly(self, path: str, data: bytes, *, chance: random.Random, chunk: int) -> None:
        """Send everything as a bad line does: cut, repeated, out of turn, bent.

        Whatever happens, it goes on at the beginning of the chunk that met with it or behind that: no other goes twice.
        """
        least = 0
        while (offset := self.offset(path)) < len(data):
            assert offset >= least
            block = data[offset : offset + chance.randint(chunk // 5, chunk)]
            accident = chance.choice(["none", "cut", "cut with checksum", "twice", "early", "bent"])
            least = offset + (len(block) if self.send_chunk(path, offset, block, accident, chance) else 0)

    def send_chunk(self, path: str, offset: int, block: bytes, accident: str, chance: random.Random) -> bool:
        """Send one chunk with or without an accident and tell whether it was acknowledged."""
        if accident.startswith("cut"):
            checksum = "sha1" if "checksum" in accident else ""
            self.patch_and_hang_up(path, offset, block, after=chance.randint(0, len(block) - 1), checksum=checksum)
        elif accident == "early":
            assert self.patch(path, offset + 1, block[1:]).status == 409
        elif accident == "bent":
            bent = self.patch(path, offset, block, Upload_Checksum="sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            assert bent.status in {409, 460}, bent
        else:
            taken = self.patch(path, offset, block, checksum="sha256")
            # What a dropped line had still in its buffers may be taken after we asked where to go on.
            assert taken.status in {204, 409}, taken
            if accident == "twice" and taken.status == 204:
                again = self.patch(path, offset, block)
                assert (again.status, again.headers["upload-offset"]) == (409, str(offset + len(block)))
            return taken.status == 204
        return False

    def send(self, path: str, data: bytes, *, chunk: int, checksum: str = "") -> Answer:
        """Send everything from where the server is."""
        offset = self.offset(path)
        answer = Answer(204, {}, b"")
        while offset < len(data):
            answer = self.patch(path, offset, data[offset : offset + chunk], checksum=checksum)
            if answer.status != 204:
                return answer
            offset = int(answer.headers["upload-offset"])
        return answer
