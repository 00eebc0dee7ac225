"""The demonstration's data: everything a visitor should be able to look at is there, made by the doors people use."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.models import CoursePage, GuidePage, SeriesPage, TrackPage
from cms.demo import clips
from cms.demo.clips import Clip, Filming
from cms.demo.seed import County, seed_content, seed_people
from cms.feedback.models import ProblemReport
from cms.ledger.models import HourDispute
from cms.ledger.queries import record_of, why
from cms.lessons.models import LessonCaption, LessonQuestion, MicroLesson
from cms.lessons.queries import due_for_review, lessons_to_continue, state_of, without_captions
from cms.lessons.recordings import recording_fault
from cms.library.enums import ResourceKind
from cms.library.models import ReadingListPage, ResourcePage
from cms.library.queries import current_announcements
from cms.library.queries import due_for_review as pages_due
from cms.notices.models import Notice
from cms.organisations.models import DataDispute, Membership, Organisation
from cms.review.queries import waiting_for
from cms.videos.messages import sentence_for
from cms.videos.models import Upload
from cms.videos.queries import failed_videos
from cms.watching.models import PrivateNote

pytestmark = [pytest.mark.ffmpeg, pytest.mark.django_db(transaction=True)]
STATES = {
    "published": 27,
    "branch_check": 3,
    "editor_review": 2,
    "returned": 2,
    "draft": 1,
    "upload_stopped": 1,
    "video_failed": 1,
    "changed": 1,
    "unpublished": 1,
    "taken_down": 1,
}


@pytest.fixture
def first_day() -> date:
    """The day on which seeding begins; it may end on the next one."""
    return today()


@pytest.fixture
def county(first_day: date, monkeypatch: pytest.MonkeyPatch) -> County:
    """The whole demonstration, on clips that are small and quickly made."""
    small = tuple(Clip(clip.title, 2, 320, 180) for clip in clips.CLIPS)
    monkeypatch.setattr(clips, "CLIPS", small)
    with Filming() as filming:
        county = seed_people()
        footage = filming.develop(county.people["editor"], unlucky=county.people["member2"])
    seed_content(county, footage)
    return county


def test_the_demonstration_shows_something_of_everything(county: County, first_day: date) -> None:
    has_the_promised_size(county)
    has_lessons_of_every_kind()
    has_a_library()
    has_courses_and_guides()
    has_authors_who_tell_more()
    gives_editors_something_to_look_after(county.people["editor"])
    happened_on_its_day(MicroLesson.objects.get(title="老屋用电检查表"), seeded={first_day, today()})
    for role in ("member", "member2"):
        gives_a_member_a_past(county.people[role])


def has_the_promised_size(county: County) -> None:
    assert Organisation.objects.filter(kind="branch").count() == 24
    assert Membership.objects.values("user").distinct().count() == User.objects.count() == 240
    assert User.objects.exclude(password__startswith="!").count() == len(county.people)
    assert Counter(str(state_of(lesson)) for lesson in MicroLesson.objects.all()) == STATES
    assert not MicroLesson.objects.filter(first_published_at__gt=timezone.now()).exists()


def has_a_library() -> None:
    shown = ResourcePage.objects.filter(live=True)
    assert set(shown.values_list("kind", flat=True)) == set(ResourceKind.values)
    assert {page.file.file_extension for page in shown if page.file} == {"pdf", "docx", "m4a"}
    assert set(shown.filter(kind="film").values_list("lesson__live", flat=True)) == {True}
    assert ReadingListPage.objects.filter(live=True).count() == 3
    assert [page.title for page in current_announcements(AnonymousUser())] == ["资源库开放试用"]
    assert "支部记录本填写手册" in {page.title for page in pages_due(today())}


def has_courses_and_guides() -> None:
    shown = CoursePage.objects.filter(live=True)
    assert (shown.count(), shown.filter(questions__isnull=False).distinct().count()) == (36, 18)
    assert (SeriesPage.objects.filter(live=True).count(), TrackPage.objects.filter(live=True).count()) == (6, 6)
    months = GuidePage.objects.filter(live=True).order_by("-month").values_list("month", flat=True)
    assert (len(months), months[0]) == (6, today().replace(day=1))


def has_lessons_of_every_kind() -> None:
    questions = LessonQuestion.objects.all()
    assert set(questions.values_list("kind", flat=True)) == {"single", "multiple", "true_false"}
    assert not questions.filter(explanation="").exists()
    assert not questions.filter(source="").exists()
    assert MicroLesson.objects.filter(captions__language="en").filter(captions__language="zh-Hans").count() == 1
    assert MicroLesson.objects.filter(live=True, visibility="organisation").count() == 1
    assert MicroLesson.objects.filter(attachments__isnull=False).count() == 3
    assert MicroLesson.objects.filter(chapters__isnull=False).distinct().count() == 2
    assert MicroLesson.objects.filter(key_questions__isnull=True).count() == 0
    assert LessonCaption.objects.filter(checked=False).count() == 0


def has_authors_who_tell_more() -> None:
    prompts = ("prompt_resource", "prompt_topic", "prompt_audience", "prompt_language", "speech")
    lessons = MicroLesson.objects.all()
    asked = [[bool(getattr(lesson, name)) for name in prompts] for lesson in lessons]
    assert Counter(map(tuple, asked)) == {(True,) * 5: 10, (False,) * 5: 30}
    told = [lesson for lesson in lessons if lesson.template == "show_do_realize"]
    assert (len(told), sum(all(lesson.story) for lesson in told)) == (8, 8)
    # What the digest says already is not told a second time.
    assert not any(line in "".join(lesson.story) for lesson in told for line in lesson.digest_lines)
    outside = lessons.exclude(speaker_name="").filter(speaker=None).order_by("speaker_name")
    assert [(lesson.speaker_name, lesson.unit) for lesson in outside] == [
        ("樊小满", "云岭县反诈宣讲队"),
        ("钟树生", "云岭县果树技术站"),
    ]
    assert [lesson.producer for lesson in lessons.exclude(producer="")] == ["云岭县融媒体中心"]
    assert Counter(lesson.series for lesson in lessons.filter(live=True)) == {"冬季平安三讲": 3, "": 25}


def gives_editors_something_to_look_after(editor: User) -> None:
    assert waiting_for(editor).count() == 2
    assert due_for_review(today()).count() == 2
    assert without_captions().count() == 3
    broken = MicroLesson.objects.filter(video__in=failed_videos())
    assert [recording_fault(lesson) for lesson in broken] == [sentence_for("truncated")]
    assert sorted(ProblemReport.objects.values_list("status", flat=True)) == [
        *["answered"] * 9,
        "closed",
        *["open"] * 5,
    ]
    assert sorted(HourDispute.objects.values_list("status", flat=True)) == ["answered", "open"]
    assert sorted(DataDispute.objects.values_list("status", flat=True)) == ["answered", "open"]
    assert Upload.objects.filter(state="receiving", offset__gt=0).count() == 1


def happened_on_its_day(lesson: MicroLesson, *, seeded: set[date]) -> None:
    assert lesson.first_published_at is not None
    assert timezone.localdate(lesson.first_published_at) in {day - timedelta(days=396) for day in seeded}
    assert lesson.latest_revision.created_at < lesson.first_published_at


def gives_a_member_a_past(member: User) -> None:
    entries = list(record_of(member, today().year)) + list(record_of(member, today().year - 1))
    assert len(entries) == 3
    assert all(why(entry) for entry in entries)
    assert lessons_to_continue(member).count() == 1
    assert PrivateNote.objects.filter(user=member).count() == 1
    assert Notice.objects.filter(user=member, read_at__isnull=True).exists()
    assert MicroLesson.objects.filter(author=member).count() >= 3
