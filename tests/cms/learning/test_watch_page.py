import re

import pytest
from django.test import Client

from cms.learning.models import Completion
from cms.watching.models import WatchSession
from tests.factories.learning import learner, published_lesson
from tests.factories.quizzes import SINGLE

pytestmark = pytest.mark.django_db


@pytest.mark.long
def test_a_member_watches_answers_and_finds_the_lesson_in_the_own_record(client: Client) -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    client.force_login(user)
    address = f"/lessons/{lesson.pk}/"
    page = client.get(address).content.decode()
    assert 'id="why"' in page
    # Ten minutes of the server's clock pass.
    WatchSession.objects.update(held_s=600.0)
    (beats,) = re.findall(r'data-beat-url="([^"]+)"', page)
    for seq in range(1, 11):
        beat = {"seq": seq, "segments": [[(seq - 1) * 60, seq * 60]], "rate": 1, "visible": True}
        assert client.post(beats, beat, content_type="application/json").status_code == 200
    (action,) = re.findall(r'action="(/quizzes/\d+/answer/)"', page)
    (token,) = re.findall(r'name="token" value="([^"]+)"', page[page.index(action) :])[:1]
    name = re.findall(r'type="radio" name="(q\d+)"', page)[0]
    done = client.post(action, {"token": token, "next": address, name: "1"})
    assert done["Location"] == f"{address}#question"
    completion = Completion.objects.get()
    after = client.get(address).content.decode()
    assert completion.entry is not None
    assert f"/me/record/?year={completion.entry.on.year}#entry-{completion.entry_id}" in after
    assert lesson.title in client.get("/me/record/").content.decode()


def test_a_visitor_watches_without_beats_and_without_a_record(client: Client) -> None:
    page = client.get(f"/lessons/{published_lesson(SINGLE).pk}/").content.decode()
    assert ('data-beat-url=""' in page, 'id="why"' in page, WatchSession.objects.count()) == (True, False, 0)
    assert page.count('id="quiz"') == page.count('id="question"') == 1
