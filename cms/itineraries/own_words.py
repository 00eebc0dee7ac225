"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts({"itineraries.record_visit": _("Recorded a visit along a route")})
register_fields({"route": _("Route")})
