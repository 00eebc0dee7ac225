"""The two ways in which work travels, for tests that say the same of both."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.test import override_settings

from tests.factories.processes import process
from tests.services.conftest import have
from tests.services.redis_server import Redis

EMBEDDED, CELERY = "embedded", "celery"
TRANSPORTS = (EMBEDDED, CELERY)


@contextmanager
def workers(how: str, *command: str, **extra: str) -> Iterator[int]:
    """Run a command that works, told how as its last word, and have the suite's own work travel in the same way.

    Yields the number of its process.
    For Celery with a Redis of its own, and a housekeeper beside it, as the many-machine shape has.
    """
    with ExitStack() as stack:
        if how == CELERY:
            broker = have(stack, Redis).url()
            extra["CELERY_BROKER_URL"] = broker
            stack.enter_context(sending_to(broker))
            stack.enter_context(process("manage.py", "worker", "--lane", "small", **extra))
        yield stack.enter_context(process(*command, how, **extra)).pid


@contextmanager
def sending_to(broker: str) -> Iterator[None]:
    """Send messages of this process over Celery."""
    from cms.celery import app

    tasks = {"default": {**settings.TASKS["default"], "BACKEND": "cms.celery_transport.CeleryBackend"}}
    before = app.conf.broker_url
    app.conf.broker_url = broker
    try:
        with override_settings(TASKS=tasks):
            yield
    finally:
        app.close()
        app.conf.broker_url = before
