"""What this room keeps about a person."""

from django.utils.translation import gettext_lazy as _

from cms.core.personal_data import PersonalDataSource
from cms.courses.queries.playlists import personal_wishes

WISHES = PersonalDataSource(
    slug="topic-wishes",
    label=_("Topics you asked for"),
    reason=_("So that your branch can answer you. Your branch reads the topic, not your name."),
    kept=_("Until you take it back, or as long as you have an account."),
    collect=personal_wishes,
)
