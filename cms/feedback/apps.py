"""Application configuration."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "cms.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Register what is stored about people and shown on the first page."""
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill
        from cms.feedback.panels import suggestion_box
        from cms.feedback.queries import personal_reports

        fill("portal.home", suggestion_box)
        register_personal_data(
            PersonalDataSource(
                slug="problem-reports",
                label=_("Problem reports and suggestions"),
                reason=_("So that somebody looks after them and you get an answer."),
                kept=_("2 years after they were answered or closed."),
                collect=personal_reports,
            )
        )
