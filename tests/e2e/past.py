"""Let an agreed lesson of the running site lie in the past, as if its evening had come: `python -m tests.e2e.past NUMBER`.

Runs as a process of its own in the site's environment: browsers cannot move a server's clock, and nobody waits for a Thursday.
"""

import sys
from uuid import UUID

import django


def main(public_id: str) -> None:
    """Move the lesson and the time that it occupies to the hours before now."""
    django.setup()
    from cms.booking.models import BookingRequest
    from tests.factories.booking import move_into_past

    move_into_past(BookingRequest.objects.get(public_id=UUID(public_id)))


if __name__ == "__main__":
    main(sys.argv[1])
