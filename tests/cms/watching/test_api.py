import json
import uuid
from typing import Any

import pytest
from django.test import Client

from cms.watching.models import WatchProgress, WatchSession
from cms.watching.services import start_session
from tests.factories.accounts import UserFactory
from tests.factories.watching import WatchableVideoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(client: Client) -> WatchSession:
    user = UserFactory()
    client.force_login(user)
    return start_session(user, WatchableVideoFactory())


def send(client: Client, session: object, body: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"/api/v1/watch/{session}/beats", text, content_type="application/json")


def beat(**changes: Any) -> dict[str, Any]:
    return {"seq": 1, "segments": [[0, 0.4]], "rate": 1, "visible": True, **changes}


def test_a_beat_is_answered_with_how_far_one_is_and_repeated_without_effect(
    client: Client, session: WatchSession
) -> None:
    answers = [send(client, session.pk, beat()).json() for _ in range(2)]
    assert answers == [{"position_s": 0.4, "covered_s": 0.4, "fraction": 0.004, "watched": False}] * 2


@pytest.mark.parametrize(
    "body",
    [
        beat(segments=[[-1, 5]]),
        beat(segments=[[5, 1]]),
        beat(segments=[[0, 1e12]]),
        beat(segments=[[0]]),
        beat(segments=[[0, 1, 2]]),
        beat(segments=[["0", "x"]]),
        beat(segments=[[0, 1]] * 201),
        beat(segments="all"),
        beat(seq=0),
        beat(seq="1"),
        beat(seq=10**30),
        beat(rate=0),
        beat(rate=1000),
        beat(visible="yes"),
        '{"seq": 1, "segments": [[0, NaN]]}',
        '{"seq": 1, "segments": [[0, Infinity]]}',
        '{"seq": 1, "segments": [' + "[0,1]," * 100_000 + "[0,1]]}",
        "[" * 100,
        "",
    ],
)
def test_a_tampered_beat_gets_400_and_stores_nothing(client: Client, session: WatchSession, body: Any) -> None:
    assert send(client, session.pk, body).status_code == 400
    assert not WatchProgress.objects.filter(covered_s__gt=0).exists()


def test_nobody_beats_in_the_session_of_another_person(client: Client, session: WatchSession) -> None:
    client.force_login(UserFactory())
    assert [send(client, pk, beat()).status_code for pk in (session.pk, uuid.uuid4())] == [404, 404]
    client.logout()
    assert send(client, session.pk, beat()).status_code == 401


@pytest.mark.long
def test_more_beats_than_a_player_sends_have_to_wait(client: Client, session: WatchSession) -> None:
    codes = [send(client, session.pk, beat(seq=seq, segments=[])).status_code for seq in range(1, 122)]
    assert codes == [200] * 120 + [429]
