"""What this room keeps about a person."""

from django.utils.translation import gettext_lazy as _

from cms.core.personal_data import PersonalDataSource
from cms.courses.queries.courses import personal_audiences, personal_studies, personal_ticks
from cms.courses.queries.playlists import personal_wishes

WISHES = PersonalDataSource(
    slug="topic-wishes",
    label=_("Topics you asked for"),
    reason=_("So that your branch can answer you. Your branch reads the topic, not your name."),
    kept=_("Until you take it back, or as long as you have an account."),
    collect=personal_wishes,
)
STUDIES = PersonalDataSource(
    slug="courses",
    label=_("Courses you began"),
    reason=_(
        "So that you can go on where you stopped. Only you see it; your branch sees numbers from five people on."
    ),
    kept=_("As long as you have an account."),
    collect=personal_studies,
)
TICKS = PersonalDataSource(
    slug="items-done",
    label=_("Items you ticked"),
    reason=_("So that a list shows what is left. Only you see it."),
    kept=_("Until you take the tick away, or as long as you have an account."),
    collect=personal_ticks,
)
AUDIENCES = PersonalDataSource(
    slug="chosen-audiences",
    label=_("What you said you belong to"),
    reason=_("So that the home page shows first what is meant for you. It hides nothing."),
    kept=_("Until you change it, or as long as you have an account."),
    collect=personal_audiences,
)
SOURCES = (WISHES, STUDIES, TICKS, AUDIENCES)
