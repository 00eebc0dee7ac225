"""What learning tells upper rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonCompleted:
    """A person has watched a lesson and, if it has a question, answered it."""

    user_id: int
    lesson_id: int
    completion_id: int
