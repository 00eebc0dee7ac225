"""Application configuration."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "cms.learning"
    label = "learning"

    def ready(self) -> None:
        """Register what is heard, shown, explained and stored."""
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill
        from cms.learning import receivers  # noqa: F401  # subscribes to events
        from cms.learning.explanations import SOURCE_KIND, explain_lesson
        from cms.learning.panels import why_panel
        from cms.learning.queries import personal_completions
        from cms.ledger.explain import explains

        explains(SOURCE_KIND, explain_lesson)
        fill("lessons.watch", why_panel)
        register_personal_data(
            PersonalDataSource(
                slug="completions",
                label=_("Completed lessons"),
                reason=_("So that a lesson counts once, and you see why."),
                kept=_("As long as you have an account."),
                collect=personal_completions,
            )
        )
