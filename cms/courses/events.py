"""What courses tell upper rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CourseCompleted:
    """A person has done all items of a course and passed its quiz, for the first time."""

    user_id: int
    course_id: int
    study_id: int
