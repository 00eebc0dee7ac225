"""Words about requests for a lecturer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """Who speaks in a request."""

    REQUESTER = "requester", _("the branch that asks")
    LECTURER = "lecturer", _("the lecturer")
    ORGANISATION = "organisation", _("the lecturer's organisation")


class BookingStatus(models.TextChoices):
    """Where a request stands."""

    PENDING = "pending", _("waits for an answer")
    ACCEPTED = "accepted", _("is agreed")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("nobody answered in time")
    DELIVERED = "delivered", _("held")


class EventKind(models.TextChoices):
    """What happened to a request; the first of each line begins, changes or ends it."""

    REQUESTED = "requested", _("asked for a lesson")
    APPROVED = "approved", _("said yes, one more yes is needed")
    COUNTERED = "countered", _("proposed another time")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")
    NOT_HELD = "not_held", _("did not take place")
    EXPIRED = "expired", _("not answered in time")
    DELIVERED = "delivered", _("recorded as held")
    CORRECTED = "corrected", _("corrected what was recorded")
    FLAGGED = "flagged", _("needs a decision")
    KEPT = "kept", _("decided that it stays")
    REMINDED = "reminded", _("reminded")
    SAID = "said", _("wrote")


class Concern(models.TextChoices):
    """Why an agreed lesson has to be decided again, or a request cannot come about."""

    LECTURER = "lecturer_suspended", _("The lecturer is not available at present.")
    TERM = "lecturer_term", _("The lecturer's appointment does not reach this day.")
    LEAVE = "lecturer_leave", _("The lecturer has leave or other hours at this time.")
    ORGANISATION = "organisation_closed", _("The branch that asked was closed.")
    ROOM = "room_given_back", _("The room at the teaching place was given back.")
    PLACE = "place_closed", _("The teaching place is not open at this time any more.")
    LENDER = "lender_closed", _("The lecturer's organisation was closed.")
