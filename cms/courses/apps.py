"""Application configuration."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "cms.courses"
    label = "courses"

    def ready(self) -> None:
        """Register what is stored about people and found, and what lessons show of courses."""
        from cms.core.personal_data import register_personal_data
        from cms.core.slots import fill
        from cms.courses import handlers, personal_data, receivers, search_documents  # noqa: F401  # they register on import
        from cms.courses.admin_panels import give_editors
        from cms.courses.panels import course_panel
        from search.outbox import register

        give_editors()
        fill("lessons.watch", course_panel)
        for source in personal_data.SOURCES:
            register_personal_data(source)
        register("course", build=search_documents.course_document, iterate=search_documents.course_keys)
        register("guide", build=search_documents.guide_document, iterate=search_documents.guide_keys)
