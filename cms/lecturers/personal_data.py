"""What this room keeps about a person."""

from django.utils.translation import gettext_lazy as _

from cms.core.personal_data import PersonalDataSource
from cms.lecturers.queries import personal_profile

PROFILE = PersonalDataSource(
    slug="lecturer-profile",
    label=_("You as a lecturer"),
    reason=_("So that branches find you and ask when you have time."),
    kept=_("As long as you belong to the pool."),
    collect=personal_profile,
)
