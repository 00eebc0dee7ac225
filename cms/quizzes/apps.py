"""Application configuration."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "cms.quizzes"
    label = "quizzes"

    def ready(self) -> None:
        """Register what is stored about people."""
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.quizzes.queries import personal_attempts

        register_personal_data(
            PersonalDataSource(
                slug="quiz-attempts",
                label=_("Answers to questions"),
                reason=_(
                    "So that you see your result again, and to know that a lesson is complete. Only you see them."
                ),
                kept=_("As long as you have an account."),
                collect=personal_attempts,
            )
        )
