"""Things of the courses' room for the small county: whatever has an owner belongs to `member`."""

from datetime import timedelta
from typing import Any

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.services.duties import assign_course
from cms.courses.services.guides import copy_guide
from cms.courses.services.playlists import ask_for_topic
from tests.factories.courses import make_course, make_guide, make_list
from tests.factories.lessons import Stage


def addresses_of_courses(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of the room's addresses: things of the branch, a topic the owner asked for."""
    playlist, wish = make_list(stage), ask_for_topic(owner, "冬季用电")
    course, guide = make_course(stage), make_guide(stage)
    assignment = assign_course(course, stage.branch, until=today() + timedelta(days=9), actor=stage.secretary)
    copy = copy_guide(guide, stage.branch, actor=stage.secretary)
    keys: dict[str, int] = {
        **dict.fromkeys(
            ("edit_playlist", "delete_playlist", "playlist", "playlist_pack", "playlist_screen"), playlist.pk
        ),
        **dict.fromkeys(("answer_wish", "take_back_wish"), wish.pk),
        **dict.fromkeys(("go_on", "badge", "assign", "course_pack"), course.pk),
        **dict.fromkeys(("branch_guide", "branch_guide_pack", "edit_branch_guide"), copy.pk),
        "end_assignment": assignment.pk,
        **dict.fromkeys(("copy_guide", "guide_pack"), guide.pk),
    }
    found: dict[str, dict[str, Any]] = {f"courses:{name}": {"pk": key} for name, key in keys.items()}
    return found | {"courses:tick": {"pk": course.pk, "key": course.items.get().key}}
