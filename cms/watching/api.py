"""JSON addresses of this room below /api/v1/."""

from ninja import Router

router = Router(tags=["watching"])
