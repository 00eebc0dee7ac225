"""Playlists and wishes for tests."""

from typing import Any

from cms.courses.models import Playlist, TopicWish
from cms.courses.services.playlists import add_to_playlist, ask_for_topic, make_playlist
from cms.lessons.models import MicroLesson
from tests.factories.lessons import Stage


def make_wish(stage: Stage, text: str = "冬季用电") -> TopicWish:
    """Return a topic that the stage's author asked the branch for."""
    return ask_for_topic(stage.author, text)


def make_list(stage: Stage, *lessons: MicroLesson, **values: Any) -> Playlist:
    """Return the branch's playlist with the lessons in order."""
    playlist = make_playlist(stage.branch, **({"title": "十二月共学"} | values), actor=stage.secretary)
    for lesson in lessons:
        add_to_playlist(playlist, lesson, actor=stage.secretary)
    return playlist
