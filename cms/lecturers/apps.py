"""Application configuration."""

from django.apps import AppConfig


class LecturersConfig(AppConfig):
    name = "cms.lecturers"
    label = "lecturers"

    def ready(self) -> None:
        """Register what is stored about people and what can be found."""
        from wagtail.permissions import register_permission_policy

        from cms.core.personal_data import register_personal_data
        from cms.lecturers import personal_data, receivers, search_documents  # noqa: F401  # receivers connect on import
        from cms.lecturers.models import Lecturer
        from cms.lecturers.permissions import LecturerPolicy
        from search.outbox import register

        register_permission_policy(Lecturer, LecturerPolicy(Lecturer))
        register_personal_data(personal_data.PROFILE)
        register("lecturer", build=search_documents.lecturer_document, iterate=search_documents.lecturer_keys)
