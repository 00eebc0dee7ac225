"""Which function does which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cms.jobs.models import Job
    from cms.jobs.runner import JobRun

Handle = Callable[["JobRun"], "dict[str, Any] | None"]
OnEnd = Callable[["Job"], object]

DEFAULT_ATTEMPTS = 5


class UnknownKind(LookupError):  # noqa: N818  # reads as the fact it states
    """No room registered a handler for this kind of job."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of job is done, which errors end it for good and who is told when it failed."""

    kind: str
    handle: Handle
    permanent: tuple[type[BaseException], ...]
    on_failure: OnEnd | None
    on_cancel: OnEnd | None
    max_attempts: int


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *permanent: type[BaseException],
    on_failure: OnEnd | None = None,
    on_cancel: OnEnd | None = None,
    max_attempts: int = DEFAULT_ATTEMPTS,
) -> Callable[[Handle], Handle]:
    """Register the decorated function `(run) -> result or None` for a kind of job; use it in a room's handlers.py.

    An error of the `permanent` classes, or one whose attribute `permanent` is true, ends the job at once; any other is
    tried again with growing pauses until `max_attempts`, and one whose attribute `waits` is true, because something that
    is needed is away, until that is back. An error may carry `code` and `message` for people.
    `on_failure(job)` and `on_cancel(job)` run in the transaction that marks the job failed or cancelled.
    """

    def register(function: Handle) -> Handle:
        _handlers[kind] = Handler(kind, function, permanent, on_failure, on_cancel, max_attempts)
        return function

    return register


def handler_for(kind: str) -> Handler:
    """Return the handler of a kind.

    Raises UnknownKind.
    """
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def tell(job: "Job", *, failed: bool) -> None:
    """Let the room of a job know that it failed or was cancelled."""
    found = _handlers.get(job.kind)
    told = (found.on_failure if failed else found.on_cancel) if found else None
    if told:
        told(job)


def attempts_for(kind: str) -> int:
    """Return how often a kind of job is started at most."""
    found = _handlers.get(kind)
    return found.max_attempts if found else DEFAULT_ATTEMPTS
