"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_fields

register_fields(
    {
        "at_s": _("At second"),
        "last_played": _("Last played"),
        "place_s": _("Stopped at second"),
        "played_s": _("Seconds played"),
        "stretches": _("Played from–to, in seconds"),
        "video": _("Video"),
        "watched": _("Watched to the end"),
    }
)
