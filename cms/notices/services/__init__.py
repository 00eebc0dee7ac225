"""Telling people something, their reading it, and their choosing what they want to be told on which way."""

from cms.notices.services.choosing import (
    confirm_address,
    forget_address,
    mute_areas,
    set_address,
    set_mail_times,
)
from cms.notices.services.sending import confirmation_mail, send_due, sweep
from cms.notices.services.telling import forget_old_notices, mark_all_read, mark_read, notify

__all__ = [
    "confirm_address",
    "confirmation_mail",
    "forget_address",
    "forget_old_notices",
    "mark_all_read",
    "mark_read",
    "mute_areas",
    "notify",
    "send_due",
    "set_address",
    "set_mail_times",
    "sweep",
]
