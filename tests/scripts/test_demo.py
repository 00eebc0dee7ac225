"""Where ./demo listens and what it calls itself."""

import socket

import pytest

from scripts import demo


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("::1", "http://localhost:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://localhost:8000"),  # noqa: S104  # only written down
        ("::", "http://localhost:8000"),
        ("127.0.0.2", "http://127.0.0.2:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("weike.example", "http://weike.example:8000"),
    ],
)
def test_this_computer_goes_by_its_name_because_passkeys_need_one(host: str, address: str) -> None:
    assert demo.site_address(host, 8000) == address


@pytest.mark.parametrize("has_ipv6", [True, False])
def test_the_name_of_this_computer_is_answered_whatever_it_stands_for(
    has_ipv6: bool,  # noqa: FBT001  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "can_listen", lambda _host, _port: has_ipv6)

    assert demo.listening_hosts("localhost") == ["127.0.0.1", "::1"][: 1 + has_ipv6]
    assert demo.listening_hosts("192.0.2.7") == ["192.0.2.7"]


def test_a_port_in_use_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not demo.can_listen("127.0.0.1", port)

    assert demo.can_listen("127.0.0.1", port)
