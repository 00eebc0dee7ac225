"""Where a request came from, as far as the proxies in front of us can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# One household or phone has a whole /64 of IPv6: counting single addresses of it would count nothing.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """Return the address of the person's device.

    With `PROXY_COUNT` proxies of ours in front it is that entry of X-Forwarded-For, counted from the right: each proxy
    appends whom it spoke to, and what stands further left was written by the sender and proves nothing. Without
    proxies, or when the header has no readable entry there, it is the address that opened the connection.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    count: int = settings.PROXY_COUNT
    if count < 1:
        return readable(peer) or peer
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = entries[-count] if len(entries) >= count else ""
    return readable(told) or readable(peer) or peer


def readable(text: str) -> str:
    """Return the address in its one spelling, without a port, or nothing when the text is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found).partition("%")[0]


def network_of(address: str) -> str:
    """Return under which name requests of an address are counted: itself, or its /64 for IPv6."""
    if ":" not in address or not readable(address):
        return address
    return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))


def counted_address(request: HttpRequest) -> str:
    """Return the address under which a device's wrong passwords are counted; a network goes by its first address."""
    return network_of(client_address(request)).partition("/")[0]
