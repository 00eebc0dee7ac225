"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class LessonsConfig(AppConfig):
    name = "cms.lessons"
    label = "lessons"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.core.personal_data import register_personal_data
        from cms.feedback.subjects import reportable
        from cms.lessons import handlers, personal_data, receivers, search_documents  # noqa: F401  # they register on import
        from cms.lessons.models import MicroLesson
        from cms.lessons.permissions import LessonPermissionPolicy
        from cms.lessons.queries import uses_of_videos, was_video_handed_in
        from cms.lessons.reporting import KIND, lesson_taken_down, reported_lesson
        from cms.videos.uses import register_uses
        from search.outbox import register

        register_permission_policy(MicroLesson, LessonPermissionPolicy(MicroLesson))
        register_personal_data(personal_data.LESSONS)
        reportable(KIND, reported_lesson, look=lesson_taken_down)
        register_uses(uses_of_videos, was_video_handed_in)
        register("lesson", build=search_documents.lesson_document, iterate=search_documents.lesson_keys)
        register("author", build=search_documents.author_document, iterate=search_documents.author_keys)
        post_migrate.connect(prepare_permissions, sender=self)


def prepare_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Give editors their place in the admin after migrating; a partial migration leaves it for the next."""
    from cms.lessons.services.groups import ensure_editor_permissions

    needed = {"auth_group", "auth_permission", "wagtailcore_groupcollectionpermission", "taxonomy_topic"}
    if needed <= set(connections[using].introspection.table_names()):
        ensure_editor_permissions()
