"""What lessons tell upper rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonPublished:
    """The approved revision is what people see now."""

    lesson_id: int


@dataclass(frozen=True)
class LessonUnpublished:
    """People no longer see the lesson: unpublished or taken down."""

    lesson_id: int
