"""How a lower room tells an upper one: typed facts, delivered at once inside the publisher's transaction.

A subscriber that raises undoes the publisher's transaction on purpose: both belong to one act.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
Subscriber = Callable[[Event], object]

_subscribers: dict[type[Any], list[Callable[[Any], object]]] = defaultdict(list)


def subscribe(event_type: type[Event]) -> Callable[[Subscriber[Event]], Subscriber[Event]]:
    """Register a function for one event type; used as a decorator in an upper room's receivers.py."""

    def register(subscriber: Subscriber[Event]) -> Subscriber[Event]:
        if subscriber not in _subscribers[event_type]:
            _subscribers[event_type].append(subscriber)
        return subscriber

    return register


def publish(event: object) -> None:
    """Call every subscriber of the event's type in the order of registration."""
    for subscriber in _subscribers[type(event)]:
        subscriber(event)
