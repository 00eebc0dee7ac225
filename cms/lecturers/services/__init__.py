"""What people and rooms above ask of lecturers' time."""

from cms.lecturers.services.occupations import hold, lock_time_of, release, release_source

__all__ = ["hold", "lock_time_of", "release", "release_source"]
