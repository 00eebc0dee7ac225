"""The door for requests to addresses that people typed: never into the own network.

The name is resolved once, every address it has must be one of the open internet, and the connection goes to that very
address; each redirect is looked at the same way. So neither a redirect nor a second answer of the name server leads in.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

HOPS = 4
TIMEOUT_S = 6.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
# Prefixes under which a gateway may reach any IPv4 address, ours too, or a network may have addresses of its own.
INDIRECT = tuple(
    ipaddress.ip_network(prefix)
    for prefix in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10")
)
AGENT = "Weike-link-check/1"
SAFE = "/:?#[]@!$&'()*+,;=%~-._"


class Refused(Exception):  # noqa: N818  # reads as the fact it states
    """The address leads somewhere that this site does not ask."""


class Unreachable(Exception):  # noqa: N818  # reads as the fact it states
    """Nobody answered, or not in time."""


@dataclass(frozen=True)
class Reply:
    """What came back: the status of the last hop."""

    status: int


def is_open(text: str) -> bool:
    """Return whether an IP address belongs to the open internet, whatever it is wrapped in."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None or any(address in network for network in INDIRECT):
            return False
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def resolved(host: str, port: int) -> str:
    """Return an address of the host; raises Refused when one of them is not of the open internet."""
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(host) from error
    if not found or not all(is_open(address) for address in found):
        raise Refused(host)
    return min(found)


def hang_up(line: socket.socket) -> None:
    """End a connection under whoever still reads from it."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class PinnedConnection(http.client.HTTPConnection):
    """A connection to the address that was looked at, under the name that was asked for; it ends when the time is up.

    The timeout of a socket begins anew with every byte: a server that sends one now and then, or says "100 Continue"
    for ever, would hold the worker for days.
    """

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address = address
        self.context = context
        self.most_s = timeout
        self.line: socket.socket | None = None
        self.clock: threading.Timer | None = None

    def connect(self) -> None:
        """Connect to the one address; of TLS the certificate must be the host's."""
        plain = socket.create_connection((self.address, self.port), self.timeout)
        # A second hold on the same connection: TLS takes the first one over while it still greets.
        self.line = plain.dup()
        self.clock = threading.Timer(self.most_s, hang_up, [self.line])
        self.clock.daemon = True
        self.clock.start()
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def close(self) -> None:
        """Close the connection and stop its clock."""
        super().close()
        if self.clock is not None and self.line is not None:
            self.clock.cancel()
            self.line.close()


def ask(url: str, *, timeout_s: float = TIMEOUT_S) -> Reply:
    """Ask an address for its head, following redirects, and return what came back; no body is read.

    Raises Refused for what is no web address or leads into a network that is not open, Unreachable when nobody answers.
    """
    ends = time.monotonic() + 2 * timeout_s
    for _hop in range(HOPS):
        parts = split(url)
        left = min(timeout_s, ends - time.monotonic())
        if left <= 0:
            break
        status, location = once(parts, left)
        if status not in REDIRECTS or not location:
            return Reply(status)
        url = joined(url, location)
    raise Unreachable(url)


def joined(url: str, location: str) -> str:
    """Return where a redirect leads; raises Unreachable for what a server wrote there that is no address."""
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Unreachable(url) from error


def split(url: str) -> SplitResult:
    """Return the parts of a web address. Raises Refused for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(url) from error
    usual = PORTS.get(parts.scheme)
    if usual is None or not parts.hostname or parts.username is not None or port not in (None, usual):
        raise Refused(url)
    return parts


def once(parts: SplitResult, timeout_s: float) -> tuple[int, str]:
    """Send one request and return its status and where it leads; some servers answer a head with "not allowed"."""
    port = PORTS[parts.scheme]
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError as error:
        raise Refused(parts.geturl()) from error
    address = resolved(host, port)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=SAFE)
    for method in ("HEAD", "GET"):
        connection = PinnedConnection(host, port, address, context, timeout_s)
        try:
            connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*"})
            answer = connection.getresponse()
            if method == "HEAD" and answer.status in (403, 405, 501):
                continue
            return answer.status, answer.getheader("Location") or ""
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(parts.geturl()) from error
        finally:
            connection.close()
    raise Unreachable(parts.geturl())
