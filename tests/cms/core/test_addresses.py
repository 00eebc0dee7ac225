from typing import Any

import pytest
from django.test import RequestFactory

from cms.core.addresses import client_address, counted_address, network_of

NGINX = "172.18.0.5"


def asked(settings: Any, *, proxies: int, forwarded: str | None, peer: str = NGINX) -> str:
    settings.PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, NGINX),
        (0, "203.0.113.9", NGINX),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1,10.0.0.1 , 203.0.113.9 ", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", NGINX),
        (1, None, NGINX),
        (1, "", NGINX),
        (1, "203.0.113.9, unknown", NGINX),
        (1, "203.0.113.9, ' OR 1=1 --", NGINX),
        (1, "9" * 5000, NGINX),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_appended_is_believed(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    assert asked(settings, proxies=proxies, forwarded=forwarded) == address


def test_a_connection_over_a_socket_file_has_no_address(settings: Any) -> None:
    assert asked(settings, proxies=0, forwarded="203.0.113.9", peer="") == ""


def test_a_household_is_counted_as_one_in_ipv6_and_as_itself_in_ipv4() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("") == ""


def test_wrong_passwords_are_counted_under_an_address_that_can_be_stored() -> None:
    ask = RequestFactory().get
    assert counted_address(ask("/", REMOTE_ADDR="2001:db8:1:2:aaaa::7")) == "2001:db8:1:2::"
    assert counted_address(ask("/", REMOTE_ADDR="198.51.100.7")) == "198.51.100.7"
