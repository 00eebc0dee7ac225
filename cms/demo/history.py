"""What the demonstration's members have already done: watched, answered, noted down, asked, disputed, been answered."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cms.accounts.models import User
from cms.demo.calendar import days_ago, living_at
from cms.demo.people import read_data
from cms.demo.writing import Cast
from cms.feedback.services import answer_report, close_report, report_problem, take_on_report
from cms.feedback.subjects import SITE, find_subject
from cms.ledger import services as ledger
from cms.ledger.models import HourEntry
from cms.lessons.models import MicroLesson
from cms.lessons.services.publication import QUIZ_KIND
from cms.organisations.enums import Role
from cms.organisations.queries import holders_of, home_organisation
from cms.organisations.services.disputes import answer_dispute, open_dispute
from cms.quizzes.models import QuestionVersion
from cms.quizzes.queries import current_versions, find_quiz
from cms.quizzes.services import save_answer, start_attempt, submit_attempt
from cms.videos.models import Video
from cms.watching.services import add_note, record_beat, start_session

NAMES = uuid.UUID("5b0a7a52-4d0b-4f5e-9c55-2f6f0a8f2026")
Story = dict[str, Any]


def make_history(cast: Cast, lessons: Iterable[MicroLesson]) -> None:
    """Let the members do what data/history.json tells, each on its day."""
    told = read_data("history")
    shown = {lesson.title: lesson for lesson in MicroLesson.objects.filter(pk__in=[one.pk for one in lessons])}
    for story in told["finished"]:
        finish(cast.people[story["who"]], shown[story["lesson"]], days_ago(story["days"]))
    for story in told["begun"]:
        begin(cast.people[story["who"]], shown[story["lesson"]], days_ago(story["days"]))
    for story in told["notes"]:
        add_note(cast.people[story["who"]], video_of(shown[story["lesson"]]), moment_s=story["at"], text=story["text"])
    for story in told["reports"]:
        report(story, cast, shown)
    for story in told["hours"]:
        dispute_hours(story, cast, shown)
    for story in told["data"]:
        dispute_data(story, cast)


def video_of(lesson: MicroLesson) -> Video:
    """Return the video that the lesson shows."""
    assert lesson.shown_video is not None  # noqa: S101  # published lessons have one; tells the type checker
    return lesson.shown_video


def finish(user: User, lesson: MicroLesson, moment: datetime) -> None:
    """Watch the lesson to its end and answer its questions rightly: that completes it."""
    video = video_of(lesson)
    duration_s = video.duration_s or 0.0
    with living_at(moment):
        session = start_session(user, video)
    with living_at(moment + timedelta(seconds=duration_s + 1)):
        record_beat(session, seq=1, segments=[(0.0, duration_s)])
        answer(user, lesson, rightly=True)


def begin(user: User, lesson: MicroLesson, moment: datetime) -> None:
    """Answer wrong and leave the lesson after its first third, so that the home page offers to go on."""
    video = video_of(lesson)
    place_s = (video.duration_s or 0.0) / 3
    with living_at(moment):
        session = start_session(user, video)
        answer(user, lesson, rightly=False)
    with living_at(moment + timedelta(seconds=place_s + 1)):
        record_beat(session, seq=1, segments=[(0.0, place_s)])


def answer(user: User, lesson: MicroLesson, *, rightly: bool) -> None:
    """Answer the lesson's questions."""
    quiz = find_quiz(QUIZ_KIND, lesson.pk)
    if quiz is None:
        return
    attempt = start_attempt(user, quiz)
    for version in current_versions(quiz):
        save_answer(attempt, version.pk, seq=1, value=choice(version, rightly=rightly))
    submit_attempt(attempt, uuid.uuid4())


def choice(version: QuestionVersion, *, rightly: bool) -> Sequence[int]:
    """Return the right positions, or one that is wrong."""
    right: list[int] = list(version.answer)
    return right if rightly else [next(n for n in range(len(version.options) or 2) if n not in right)]


def report(story: Story, cast: Cast, shown: dict[str, MicroLesson]) -> None:
    """Report a problem; who looks after it takes it on, answers it, and the reporter closes it, as far as told."""
    reporter, editor = cast.people[story["who"]], cast.people["editor"]
    subject = (
        find_subject(reporter, "lesson", str(shown[story["lesson"]].pk))
        if "lesson" in story
        else find_subject(reporter, SITE, "")
    )
    token = uuid.uuid5(NAMES, story["text"])
    with living_at(days_ago(story["days"])):
        made = report_problem(subject, reporter=reporter, category=story["what"], text=story["text"], token=token)
    if "answer" in story:
        with living_at(days_ago(story["days"] - 1)):
            answer_report(take_on_report(made, actor=editor), actor=editor, answer=story["answer"])
    if story.get("closed"):
        with living_at(days_ago(story["days"] - 2)):
            close_report(made, actor=reporter)


def dispute_hours(story: Story, cast: Cast, shown: dict[str, MicroLesson]) -> None:
    """Ask about an entry of the own record; the branch answers if told."""
    user = cast.people[story["who"]]
    entry = HourEntry.objects.get(user_id=user.pk, source_id=str(shown[story["lesson"]].pk))
    with living_at(days_ago(story["days"])):
        opened = ledger.dispute(entry, user=user, text=story["text"])
    if "answer" in story:
        with living_at(days_ago(story["days"] - 1)):
            ledger.answer_dispute(opened, actor=secretary_of(user), answer=story["answer"])


def dispute_data(story: Story, cast: Cast) -> None:
    """Object to stored data; the branch answers if told."""
    user = cast.people[story["who"]]
    with living_at(days_ago(story["days"])):
        opened = open_dispute(user, source=story["source"], text=story["text"])
    if "answer" in story:
        with living_at(days_ago(story["days"] - 1)):
            answer_dispute(opened, actor=secretary_of(user), answer=story["answer"])


def secretary_of(user: User) -> User:
    """Return who looks after the person's branch.

    Raises LookupError when nobody does.
    """
    branch = home_organisation(user)
    found = holders_of(Role.BRANCH_SECRETARY, branch).exclude(pk=user.pk).first() if branch else None
    if found is None:
        raise LookupError("This branch has no secretary.")
    return found
