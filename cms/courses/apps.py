"""Application configuration."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "cms.courses"
    label = "courses"

    def ready(self) -> None:
        """Register what is stored about people."""
        from cms.core.personal_data import register_personal_data
        from cms.courses import personal_data

        register_personal_data(personal_data.WISHES)
