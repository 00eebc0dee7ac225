from dataclasses import dataclass

import pytest

from cms.core.events import publish, subscribe


@dataclass(frozen=True)
class KettleBoiled:
    litres: int


@dataclass(frozen=True)
class KettleBroke:
    reason: str


def test_an_event_reaches_its_own_subscribers_in_order_of_registration() -> None:
    heard: list[str] = []
    subscribe(KettleBoiled)(lambda event: heard.append(f"first {event.litres}"))
    subscribe(KettleBoiled)(lambda event: heard.append(f"second {event.litres}"))
    subscribe(KettleBroke)(lambda event: heard.append("never"))

    publish(KettleBoiled(litres=2))

    assert heard == ["first 2", "second 2"]


def test_a_subscriber_that_is_registered_twice_hears_once() -> None:
    heard: list[int] = []

    def listen(event: KettleBroke) -> None:
        heard.append(1)

    subscribe(KettleBroke)(listen)
    subscribe(KettleBroke)(listen)
    publish(KettleBroke("dry"))

    assert heard == [1]


def test_an_error_of_a_subscriber_reaches_the_publisher() -> None:
    @dataclass(frozen=True)
    class Doomed:
        pass

    @subscribe(Doomed)
    def fail(event: Doomed) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        publish(Doomed())
