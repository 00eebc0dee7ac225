"""A reason that somebody gives for an act; it is kept beside it."""

from django.utils.translation import gettext_lazy as _

from cms.core.errors import InvalidInput

REASON_LENGTH = 1000


def reason_given(reason: str) -> str:
    """Return the reason as it is kept. Raises InvalidInput when it is empty."""
    sentence = reason.replace("\0", "").strip()[:REASON_LENGTH]
    if not sentence:
        words = _("Please give the reason; it is kept.")
        raise InvalidInput(words, fields={"reason": [words]})
    return sentence
