"""Application configuration."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "cms.evaluations"
    label = "evaluations"

    def ready(self) -> None:
        """Register what is stored about people and shown on a lecturer's page."""
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill
        from cms.evaluations.panels import lecturer_marks
        from cms.evaluations.queries import personal_evaluations, personal_participations

        fill("lecturers.page", lecturer_marks)
        register_personal_data(
            PersonalDataSource(
                slug="evaluations.participations",
                label=_("Evaluations in which you took part"),
                reason=_("So that everybody marks once. What you marked is stored without a way back to you."),
                kept=_("Until the evaluation closes."),
                collect=personal_participations,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="evaluations.own",
                label=_("Evaluations of your teaching"),
                reason=_("So that you do not mark yourself. Results are shown from five marks on."),
                kept=_("As long as you have an account."),
                collect=personal_evaluations,
            )
        )
