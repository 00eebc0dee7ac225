"""What the worker does with videos. The only modules that run the engine."""

from cms.videos.handlers import audit, chores, downloads, first_play, ladder, recognition

__all__ = ["audit", "chores", "downloads", "first_play", "ladder", "recognition"]
