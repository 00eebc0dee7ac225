"""What an upload costs: beside our own server without checksums and beside tusd, twenty at once, and on a bad line."""

import hashlib
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from cms.accounts.services import issue_api_token
from cms.videos.models import Video
from scripts.programs import NotBuiltError, built_program
from tests.benchmarks.figures import Figures
from tests.cms.videos.conftest import clear_disk, video_bytes
from tests.cms.videos.test_tus_server import serving, somebody
from tests.cms.videos.tus_client import TusClient, checksum_of
from tests.factories.accounts import UserFactory
from tests.services.conftest import ORIGINALS
from tests.services.processes import Server, ServiceMissingError
from tests.services.versitygw import KEY, SECRET, Versitygw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.timeout(1800)]
MB = 10**6
CHUNK = 8 * MB
AT_ONCE = 20


@pytest.fixture(autouse=True)
def _empty_disk() -> Iterator[None]:
    clear_disk()
    yield
    clear_disk()


class Tusd(Server):
    """The reference server of the protocol, which checks nothing and keeps files in a folder."""

    name = "tusd"

    def argv(self) -> list[str]:
        try:
            program = built_program("tusd")
        except NotBuiltError as missing:
            raise ServiceMissingError(str(missing)) from None
        place = ["-host", "127.0.0.1", "-port", str(self.port), "-upload-dir", str(Path(settings.DATA_DIR) / "tusd")]
        return [str(program), *place, "-base-path", "/files/", "-disable-download"]


@dataclass
class Sent:
    """A server that takes the film, and how long it took each time."""

    client: TusClient
    checksum: str
    seconds: list[float]

    def send(self, film: bytes, sums: dict[int, str]) -> None:
        path = urlsplit(self.client.create(len(film)).headers["location"]).path
        started = time.monotonic()
        for offset in range(0, len(film), CHUNK):
            headers = {"Upload_Checksum": sums[offset]} if self.checksum else {}
            assert self.client.patch(path, offset, film[offset : offset + CHUNK], **headers).status == 204
        self.seconds.append(time.monotonic() - started)


def memory_mb(pid: int, what: str) -> float:
    """Return the memory of a process and its children together: what it has, or the most it ever had."""
    total = 0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            total += int(line.split()[1])
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        total += int(memory_mb(int(child), what) * 1024)
    return total / 1024


@contextmanager
def growth(pid: int, found: list[float]) -> Iterator[None]:
    """Note by how many megabytes a server grows at most in the block."""
    for child in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
        Path(f"/proc/{child}/clear_refs").write_text("5")  # the most it ever had is counted anew
    before = memory_mb(pid, "VmRSS")
    yield
    found.append(memory_mb(pid, "VmHWM") - before)


def in_turn(servers: dict[str, Sent], film: bytes, runs: int) -> None:
    """Send the film to each server, one after the other and round and round, so that a busy moment meets all of them."""
    sums = {at: checksum_of("sha1", film[at : at + CHUNK]) for at in range(0, len(film), CHUNK)}
    for _run in range(runs + 1):
        for server in servers.values():
            server.send(film, sums)
            for folder in ("media/originals", "tusd"):
                for file in (Path(settings.DATA_DIR) / folder).rglob("*"):
                    if file.is_file():
                        file.unlink()
    for server in servers.values():
        del server.seconds[0]  # the first one imports, and fills caches


@contextmanager
def ours(**extra: Any) -> Iterator[tuple[Sent, int]]:
    """Run a server of ours; with it comes the number of its process."""
    client = somebody()
    with serving(client, WEIKE_UPLOAD_QUOTA_MB="100000", **extra) as gunicorn:
        yield Sent(client, "sha1", []), gunicorn.pid


def into_a_bucket(figures: Figures, film: bytes) -> None:
    """Measure the same where originals lie in a bucket."""
    grown: list[float] = []
    with Versitygw(ORIGINALS) as s3:
        where = {"WEIKE_S3_BUCKET": ORIGINALS, "WEIKE_S3_ENDPOINT": s3.url}
        with ours(**where, WEIKE_S3_ACCESS_KEY=KEY, WEIKE_S3_SECRET_KEY=SECRET) as (server, process):
            in_turn({"bucket": server}, film, runs=3)
            with growth(process, grown):
                in_turn({"bucket": replace(server, seconds=[])}, film, runs=0)
    figures.at_most(20, "the same, into a bucket: growth of the server", grown[0], "MB")
    figures.at_least(20, "the same, into a bucket: speed", len(film) / MB / median(server.seconds), "MB/s")


def test_checksums_cost_little_and_a_server_in_python_keeps_up(figures: Figures) -> None:
    full = figures.full_size
    film = video_bytes(200 * MB if full else 2 * MB)
    grown: list[float] = []
    with ExitStack() as stack:
        first, process = stack.enter_context(ours())
        servers = {"ours": first}
        if full:
            bare, _process = stack.enter_context(ours(site="tests.benchmarks.unchecked_site"))
            tusd = stack.enter_context(Tusd())
            servers["unchecked"] = replace(bare, checksum="")
            servers["tusd"] = Sent(TusClient("127.0.0.1", tusd.port, "", collection="/files/"), "", [])
        in_turn(servers, film, runs=5 if full else 1)
        with growth(process, grown):
            in_turn({"ours": replace(first, seconds=[])}, film, runs=0)
    speed = {name: len(film) / MB / median(server.seconds) for name, server in servers.items()}
    assert set(Video.objects.values_list("original_bytes", flat=True)) == {len(film)}
    figures.at_most(20, "a file of 200 MB in chunks of 8 MB: growth of the server", grown[0], "MB")
    figures.at_least(50, "the same: speed", speed["ours"], "MB/s")
    for other, told in (("unchecked", "our own server without checksums"), ("tusd", "tusd 2.9.1")):
        if other in speed:
            figures.at_least(0.8, f"the same: speed, of that of {told}", speed["ours"] / speed[other], "×")
    if full:
        into_a_bucket(figures, film)


def test_twenty_send_at_once_and_a_bad_line_brings_the_same_file(figures: Figures) -> None:
    size = (30 if figures.full_size else 2) * MB
    film = video_bytes((200 if figures.full_size else 3) * MB, seed=2)
    first = somebody()
    people = [replace(first, token=issue_api_token(UserFactory(), days=1)[0]) for _n in range(AT_ONCE)]
    grown: list[float] = []
    with serving(first, threads=32, WEIKE_UPLOAD_THREADS="24") as gunicorn, ThreadPoolExecutor(AT_ONCE) as senders:

        def all_at_once(length: int) -> None:
            list(
                senders.map(
                    lambda one: one.send(one.begin(length), film[:length], chunk=CHUNK, checksum="sha1"), people
                )
            )

        # Each thread of a server costs once what it costs, with its connection to the database.
        all_at_once(MB)
        with growth(gunicorn.pid, grown):
            started = time.monotonic()
            all_at_once(size)
            took_s = time.monotonic() - started
        chance = random.Random(os.urandom(8))  # noqa: S311  # accidents, not secrets
        first.send_badly(first.begin(len(film)), film, chance=chance, chunk=7 * MB if figures.full_size else MB // 2)
    sums = sorted(Video.objects.values_list("sha256", flat=True))
    small, one, bad = (hashlib.sha256(data).hexdigest() for data in (film[:MB], film[:size], film))
    assert sums == sorted([small, one] * AT_ONCE + [bad])
    figures.at_least(AT_ONCE, "uploads that came at once and arrived identical", sums.count(one), "files")
    figures.at_most(20, "twenty uploads at once: growth of the server", grown[0], "MB")
    figures.at_least(20, "twenty uploads at once: speed of all together", AT_ONCE * size / MB / took_s, "MB/s")
    figures.at_least(
        1, "200 MB on a line that cuts, repeats, bends: files that arrived identical", sums.count(bad), "files"
    )
