"""Refusals of this room; each carries its code, and the sentence comes from `messages`."""

from cms.core.errors import DomainError
from cms.videos.messages import sentence_for


class UploadRefused(DomainError):  # noqa: N818  # reads as the fact it states: raise UploadRefused(...)
    """Bytes or a wish to send them were refused; `detail` chooses a closer sentence."""

    def __init__(self, code: str, *, status: int, detail: str = "") -> None:
        super().__init__(sentence_for(code, detail), code=code, status=status)


class WrongOffset(UploadRefused):
    """The chunk does not begin where the received part ends; the right offset is in the answer's header."""

    def __init__(self) -> None:
        super().__init__("wrong_offset", status=409)


class Busy(UploadRefused):
    """As many people send at this moment as the site takes at once; nothing of the request was read."""

    def __init__(self) -> None:
        super().__init__("busy", status=503)


class StorageAway(UploadRefused):
    """The server that keeps the files does not answer; `waits` tells the job room that it costs no attempt."""

    waits = True

    def __init__(self) -> None:
        super().__init__("storage_away", status=503)


class VideoRefused(Exception):  # noqa: N818  # see UploadRefused
    """A recording that breaks a rule of this site; the job room reads code, message and permanent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = code
        self.permanent = True


class SpeechFailed(Exception):  # noqa: N818  # see UploadRefused
    """The site's function for recognising speech ended without a result; the job room reads code and message."""

    code = "speech_failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
