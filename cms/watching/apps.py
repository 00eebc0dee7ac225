"""Application configuration."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "cms.watching"
    label = "watching"

    def ready(self) -> None:
        """Register what is stored about people."""
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.watching.queries import personal_notes, personal_progress

        register_personal_data(
            PersonalDataSource(
                slug="watching",
                label=_("What you have played"),
                reason=_("So that a video goes on where you stopped, and to know that a lesson is complete."),
                kept=_("As long as you have an account; when players were opened, 30 days."),
                collect=personal_progress,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="private-notes",
                label=_("Private notes"),
                reason=_("So that you find again what you noted. Nobody else sees them."),
                kept=_("Until you delete them, or as long as you have an account."),
                collect=personal_notes,
            )
        )
