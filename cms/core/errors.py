"""The one family of errors that a person may cause and shall understand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule of the domain refused an act; `message` is a sentence for the person who tried.

    `code` is stable for scripts, `fields` maps a form or JSON field to its own sentences, `status` is the HTTP status,
    `details` holds what scripts get beside these, such as other times that are free.
    """

    code = "refused"
    status = 409

    def __init__(
        self,
        message: str | Promise,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[str | Promise]] | None = None,
        status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code or self.code
        self.fields = {name: list(sentences) for name, sentences in (fields or {}).items()}
        self.status = status or self.status
        self.details = dict(details or {})


class InvalidInput(DomainError):  # noqa: N818  # reads as the fact it states: raise InvalidInput(...)
    """What was given cannot be used; nothing was saved."""

    code = "invalid"
    status = 400


class StaleState(DomainError):  # noqa: N818  # see InvalidInput
    """The object is no longer in the state that the act needs; somebody or something was faster."""

    code = "stale"
    status = 409


class TooManyRequests(DomainError):  # noqa: N818  # see InvalidInput
    """The person or address asked more often than the limit allows."""

    code = "too_many_requests"
    status = 429
