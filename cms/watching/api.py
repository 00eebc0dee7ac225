"""JSON addresses of this room below /api/v1/."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field, StrictBool, StrictInt

from cms.accounts.models import User
from cms.core.errors import TooManyRequests
from cms.core.ratelimit import is_over_limit
from cms.watching.permissions import get_session_for
from cms.watching.services import record_beat

router = Router(tags=["watching"])

LARGEST_SEQ = 2_000_000_000
MOST_SEGMENTS = 200
BEATS_A_MINUTE = 120
Second = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class BeatIn(Schema):
    """What was played since the last beat; `visible` is taken and dropped."""

    seq: Annotated[StrictInt, Field(ge=1, le=LARGEST_SEQ)]
    segments: Annotated[list[tuple[Second, Second]], Field(max_length=MOST_SEGMENTS)]
    rate: Annotated[float, Field(gt=0, le=16, allow_inf_nan=False)] = 1.0
    visible: StrictBool = True


@router.post("/watch/{uuid:session_id}/beats", summary="Say what was played; the same seq again changes nothing")
def beat(request: HttpRequest, session_id: UUID, given: BeatIn) -> dict[str, Any]:
    """Return how far the person is now."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # the API's authentication lets nobody else through
    if is_over_limit("watching.beat", f"u{user.pk}", limit=BEATS_A_MINUTE, seconds=60):
        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))
    progress = record_beat(get_session_for(user, session_id), seq=given.seq, segments=given.segments)
    return {
        "position_s": progress.position_s,
        "covered_s": round(progress.covered_s, 3),
        "fraction": round(progress.fraction, 4),
        "watched": progress.watched_at is not None,
    }
