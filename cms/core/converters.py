"""Keys of rows in addresses: numbers that every database can compare."""

from typing import Annotated

from django.urls import register_converter
from django.urls.converters import IntConverter
from ninja import Path

# SQLite and PostgreSQL end at 2⁶³, which has 19 digits; Python's int does not end at all.
DIGITS = 18
LARGEST_KEY = 10**DIGITS - 1
# The same bound for numbers that arrive in an address of the API.
Key = Annotated[int, Path(ge=0, le=LARGEST_KEY)]


class KeyConverter(IntConverter):
    """`<key:pk>`: at most 18 digits; a longer number is the address of nothing."""

    regex = f"[0-9]{{1,{DIGITS}}}"


def is_key(text: str) -> bool:
    """Return whether a posted text can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


def register_converters() -> None:
    """Make the converter known to `path()`; called before any address is read."""
    register_converter(KeyConverter, "key")
