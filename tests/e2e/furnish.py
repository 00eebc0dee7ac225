"""Furnish an empty site for the browser tests: the county's people, and lessons in several states on one small clip.

Runs as a process of its own (`python -m tests.e2e.furnish`), so that the browser's process needs no database.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.management import call_command
from django.db import transaction

from media_pipeline.samples import make_sample
from tests.e2e.signposts import write as write_signposts

if TYPE_CHECKING:
    from cms.demo.seed import County
    from cms.lessons.models import MicroLesson
    from cms.videos.models import Video

CLIP_S = 12
# Beyond the phone numbers of the demonstration's people.
NEIGHBOUR_PHONES_FROM = 9000
# The address of the form that listeners fill in; elsewhere it is made by chance.
LISTENERS = "listeners-of-the-tests"
# The title of a lesson of the demonstration's data → how far it comes here.
LESSONS = {
    "带班记录，三处最容易漏填": "published",
    "雪后巡线，先看杆基再抬头": "published",
    "老屋用电检查表": "published",
    "苹果树冬剪：留几根枝，看树势说话": "published",
    "关火前先看这三处：冬季用气": "returned",
    "调解员的一杯茶": "branch",
    "老秦的三本账": "editor",
    "井下自救器，三十秒戴好": "taken_down",
}


def main() -> None:
    """Make what the tests walk through."""
    django.setup()
    from cms.demo.seed import seed_people

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", interactive=False, verbosity=0)
    county = seed_people()
    lessons = write_lessons(county, film_clip(county))
    leave_traces(county, lessons)
    fill_rooms(county, lessons)
    let_neighbours_in(county)
    write_signposts(settings.DATA_DIR, county)


def film_clip(county: "County") -> "Video":
    """Make the one clip, as an upload that the jobs convert."""
    from cms.jobs.enums import Lane
    from cms.jobs.runner import run_next
    from cms.videos.services import receive_form_upload

    with tempfile.TemporaryDirectory() as folder:
        path = make_sample(Path(folder) / "clip.mp4", title="云岭县", seconds=CLIP_S, width=640, height=360)
        with path.open("rb") as file:
            sent = UploadedFile(file, path.name, "video/mp4", path.stat().st_size)
            video = receive_form_upload(county.people["editor"], sent, title="云岭县")
    for lane in (Lane.FIRST_PLAY, Lane.LADDER):
        while run_next(lane, worker="furnish"):
            pass
    video.refresh_from_db()
    return video


def write_lessons(county: "County", clip: "Video") -> list["MicroLesson"]:
    """Write the lessons through the services that people use; return them as they are shown."""
    from cms.demo.clips import CLIPS
    from cms.demo.content import bring_to, fresh
    from cms.demo.people import read_data
    from cms.demo.writing import Cast, write_lesson

    cast = Cast(county.tree, county.people, [clip] * len(CLIPS))
    entries = {entry["title"]: entry for entry in read_data("lessons_1") + read_data("lessons_2")}
    written = [write_lesson(entries[title], number, cast) for number, title in enumerate(LESSONS)]
    for lesson, state in zip(written, LESSONS.values(), strict=True):
        bring_to(state, lesson, cast)
    return [fresh(lesson) for lesson in written]


def leave_traces(county: "County", lessons: list["MicroLesson"]) -> None:
    """Let the member finish two lessons, ask about the first one's hours, and object to stored data."""
    from cms.demo.calendar import days_ago
    from cms.demo.history import dispute_data, dispute_hours, finish, report
    from cms.demo.writing import Cast

    cast, shown = Cast(county.tree, county.people, []), {lesson.title: lesson for lesson in lessons}
    asked = {"who": "member", "days": 0, "text": "请再看一下。"}
    for lesson in (lessons[3], lessons[2]):
        finish(county.people["member"], lesson, days_ago(1))
    dispute_hours({**asked, "lesson": lessons[3].title}, cast, shown)
    dispute_data({**asked, "source": "organisations.memberships"}, cast)
    report({**asked, "lesson": lessons[3].title, "what": "captions"}, cast, shown)
    let_listeners_mark(county)


def fill_rooms(county: "County", lessons: list["MicroLesson"]) -> None:
    """Make what the demonstration has of lecturers, requests, library, courses, places and suggestions."""
    from cms.demo.bookings import make_bookings
    from cms.demo.courses import make_courses
    from cms.demo.lecturers import make_lecturers
    from cms.demo.library import make_library
    from cms.demo.places import make_places
    from cms.demo.searches import make_searches
    from cms.demo.voices import make_suggestions, mark_evaluations

    # The index is told of everything at once, and the database writes it at once.
    with transaction.atomic():
        make_lecturers(county.tree, county.people)
        make_bookings(county.tree)
        make_library(county.people, county.tree)
        make_courses(county.people, county.tree)
        make_places(county.tree, county.people, lessons)
        make_suggestions(county.people)
        make_searches()
        mark_evaluations()
        hand_in_page(county)
        begin_page(county)
        let_page_age()


def let_neighbours_in(county: "County") -> None:
    """Give people of other branches their accounts and duties."""
    from cms.demo.accounts import give_known_second_factor
    from cms.demo.calendar import days_ago, living_at
    from cms.demo.people import make_role_account
    from cms.lecturers.services import add_lecturer, show_lecturer
    from cms.organisations.enums import Role
    from cms.organisations.services import grant_role, join
    from tests.e2e.people import NEIGHBOURS

    for position, account in enumerate(NEIGHBOURS, NEIGHBOUR_PHONES_FROM):
        with living_at(days_ago(100)):
            person = make_role_account(account, "邻支部的人", position)
            join(person, county.tree[account.branch], starts_on=days_ago(90).date())
            grant_role(person, county.tree[account.scope], account.duty or Role.LECTURER)
        if account.needs_second_factor:
            give_known_second_factor(person, account)
        else:
            editor = county.people["editor"]
            school = county.tree[account.branch]
            show_lecturer(
                add_lecturer(person.name, kind="guest", organisation=school, actor=editor, user=person), actor=editor
            )


def hand_in_page(county: "County") -> None:
    """Let a page of the library wait for the reviewer."""
    from cms.library.models import ResourcePage
    from cms.review.services import submit

    editor = county.people["editor"]
    page = ResourcePage.objects.live().filter(kind="article").order_by("pk").first()
    assert page is not None  # the demonstration has articles; tells the type checker
    page.lead = "换了一个更近的例子。"
    page.save_revision(user=editor)
    submit(page, actor=editor)


def begin_page(county: "County") -> None:
    """Leave a page of the library half written."""
    from cms.demo.library import placed
    from cms.library.models import ResourcePage
    from cms.library.services import ensure_sections

    page, row = (
        ResourcePage(kind="article"),
        {"title": "还没写完的一页", "lead": "写到一半。", "paragraphs": ["先记下来。"]},
    )
    placed(page, row, county.people["editor"], county.tree)
    ensure_sections()["library"].add_child(instance=page)
    page.save_revision(user=county.people["editor"])


def let_page_age() -> None:
    """Let a page need everything that the editors' reports look for: a look, a person, an address that answers."""
    from datetime import timedelta

    from cms.core.clock import now, today
    from cms.library.enums import LinkState
    from cms.library.models import PageLink, ResourcePage

    page = ResourcePage.objects.live().filter(kind="link").order_by("pk").last()
    assert page is not None  # the demonstration has links; tells the type checker
    ResourcePage.objects.filter(pk=page.pk).update(review_by=today() - timedelta(days=1), responsible=None)
    PageLink.objects.update_or_create(
        page_id=page.pk, url=page.link, defaults={"state": LinkState.BROKEN, "checked_at": now()}
    )


def let_listeners_mark(county: "County") -> None:
    """Open the evaluation of a lesson in the secretary's branch at a known address, and let six people mark it."""
    from datetime import timedelta

    from cms.core.clock import today
    from cms.evaluations.models import Evaluation
    from cms.evaluations.services import cast_ballot, open_evaluation
    from cms.evaluations.subjects import Subject
    from cms.organisations.queries import home_organisation, people_of

    branch = home_organisation(county.people["secretary"])
    assert branch is not None  # the county's secretary belongs to a branch; tells the type checker
    opened = open_evaluation(
        "teacher",
        1,
        label="秦守安",
        organisation=branch,
        closes_on=today() + timedelta(days=7),
        key="listeners",
        title="冬季用电，支部共学",
        also=(Subject("course", "1", "冬季用电"),),
    )
    questions = list(opened.questions.values_list("pk", flat=True))
    taken = {county.people["member"].pk, county.people["secretary"].pk}
    for person in people_of(branch).exclude(pk__in=taken)[:6]:
        cast_ballot(opened, marks=dict.fromkeys(questions, "good"), voter=person)
    Evaluation.objects.filter(pk=opened.pk).update(token=LISTENERS)


if __name__ == "__main__":
    main()
