"""What a code looks like and what is stored of it; pure."""

import secrets

from django.utils.crypto import salted_hmac

DIGITS = 6


def new_digits() -> str:
    """Return six random digits for typing."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def new_qr_token() -> str:
    """Return a random text for an address inside a QR code (256 bits)."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str, user_id: int | None = None) -> str:
    """Return what is stored of a code: keyed, so that a stolen table cannot be tried out against a million codes.

    Digits are bound to the person (`user_id`), because two people may hold the same digits.
    """
    bound = f"{user_id or ''}:{secret}"
    return salted_hmac("weike.one_time_code", bound, algorithm="sha256").hexdigest()
