"""Furnish an empty site for the browser tests: the county's people, and lessons in several states on one small clip.

Runs as a process of its own (`python -m tests.e2e.furnish`), so that the browser's process needs no database.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.files.uploadedfile import UploadedFile
from django.core.management import call_command

from media_pipeline.samples import make_sample

if TYPE_CHECKING:
    from cms.demo.seed import County
    from cms.videos.models import Video

CLIP_S = 12
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
    write_lessons(county, film_clip(county))


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


def write_lessons(county: "County", clip: "Video") -> None:
    """Write the lessons through the services that people use."""
    from cms.demo.clips import CLIPS
    from cms.demo.content import bring_to
    from cms.demo.people import read_data
    from cms.demo.writing import Cast, write_lesson

    cast = Cast(county.tree, county.people, [clip] * len(CLIPS))
    entries = {entry["title"]: entry for entry in read_data("lessons_1") + read_data("lessons_2")}
    for number, (title, state) in enumerate(LESSONS.items()):
        bring_to(state, write_lesson(entries[title], number, cast), cast)


if __name__ == "__main__":
    main()
