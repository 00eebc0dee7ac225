"""What the room of courses stores."""

from cms.courses.models.wishes import Playlist, PlaylistEntry, TopicWish

__all__ = ["Playlist", "PlaylistEntry", "TopicWish"]
