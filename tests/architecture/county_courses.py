"""Things of the courses' room for the small county: whatever has an owner belongs to `member`."""

from typing import Any

from cms.accounts.models import User
from cms.courses.services.playlists import ask_for_topic
from tests.factories.courses import make_list
from tests.factories.lessons import Stage


def addresses_of_courses(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of the room's addresses: a playlist of the branch, a topic the owner asked for."""
    playlist, wish = make_list(stage), ask_for_topic(owner, "冬季用电")
    found: dict[str, dict[str, Any]] = {
        f"courses:{name}": {"pk": playlist.pk}
        for name in ("edit_playlist", "delete_playlist", "playlist", "playlist_screen")
    }
    return found | {"courses:answer_wish": {"pk": wish.pk}, "courses:take_back_wish": {"pk": wish.pk}}
