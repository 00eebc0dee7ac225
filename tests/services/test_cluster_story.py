"""The three persons' story on the many-machine shape, through nginx and through accidents, and the media that came of it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.services.conftest import ORIGINALS, RENDITIONS, Cluster
from tests.services.processes import wait_for
from tests.services.site import manage
from tests.services.test_cluster import ask, python

pytestmark = pytest.mark.timeout(1200)
AWAY_S = 2


@pytest.fixture(scope="module")
def story(cluster: Cluster) -> dict[str, float | bool]:
    """Film, upload, convert, caption, check, publish, find, watch, answer, record; return the last line of it.

    While all sizes are made, their worker is killed, Redis forgets everything and the S3 server is away for a while.
    """
    manage(cluster.environment, "seed_demo", "--people-only")
    with ThreadPoolExecutor(1) as beside:
        walk = beside.submit(manage, cluster.environment, "smoke", "--base-url", cluster.nginx.url(""))
        assert wait_for(lambda: encoding(cluster) or walk.done(), seconds=120)
        cluster.ladder.kill()
        cluster.s3.kill()
        cluster.redis.kill()
        cluster.redis.start()
        cluster.ladder.start()
        waited = wait_for(lambda: "jobs.waits" in cluster.ladder.log.read_text() or walk.done(), seconds=120)
        time.sleep(AWAY_S)
        cluster.s3.start()
        printed = walk.result()
    assert waited
    outcome: dict[str, float | bool] = json.loads(printed.strip().splitlines()[-1])
    return outcome


def test_a_lesson_is_filmed_found_and_watched_a_lecturer_booked_and_what_editors_made_is_found(
    story: dict[str, float | bool],
) -> None:
    assert {name for name, value in story.items() if not value} == set()
    assert set(story) == {
        *("upload_s", "first_play_s", "ready_s", "published", "search_found", "question_passed", "recorded"),
        *("booking", "double_booking_refused", "contact_hidden_before", "calendar_feed"),
        *("course_found", "guide_found", "route_found", "found_s"),
    }


def ladders(cluster: Cluster) -> list[tuple[str, int, bool]]:
    """Return what the table of work says of jobs that make all sizes: status, attempts, whether something was made."""
    asked = "SELECT status, attempts, progress > 0.1 FROM jobs_job WHERE kind = 'videos.ladder'"
    with psycopg.connect(cluster.environment["DATABASE_URL"]) as connection:
        return connection.execute(asked).fetchall()


def encoding(cluster: Cluster) -> bool:
    return ladders(cluster) == [("running", 1, True)]


def test_the_sizes_were_made_in_spite_of_the_accidents(cluster: Cluster, story: dict[str, float | bool]) -> None:
    # One attempt was killed; those that met no S3 server do not count.
    assert ladders(cluster) == [("done", 2, True)]
    assert "storage_away" in cluster.ladder.log.read_text()


def test_the_video_was_converted_by_celery(cluster: Cluster, story: dict[str, float | bool]) -> None:
    asked = (
        "from cms.jobs.models import Job; "
        "print(sorted(set(Job.objects.filter(kind__in=['videos.first_play', 'videos.ladder'])"
        ".values_list('status', flat=True))))"
    )
    assert python(cluster, asked) == "['done']"
    assert "Task cms.run_task" in cluster.worker.log.read_text()
    assert "Task cms.run_task" in cluster.ladder.log.read_text()


def test_the_recording_lies_in_the_bucket_and_nowhere_else(cluster: Cluster, story: dict[str, float | bool]) -> None:
    asked = (
        "from cms.videos.models import Video; print(*Video.objects.values_list('original', 'original_bytes').get())"
    )
    name, size = python(cluster, asked).split()

    assert {key: cluster.s3.path(ORIGINALS, key).stat().st_size for key in cluster.s3.names(ORIGINALS)} == {
        name: int(size)
    }
    assert cluster.s3.unfinished(ORIGINALS) == []
    assert not (cluster.data / "media/originals").exists()


def test_the_network_log_tells_which_person_did_it(cluster: Cluster, story: dict[str, float | bool]) -> None:
    asked = "from cms.accounts.models import User; print(User.objects.get(username='demo-secretary').pk)"
    secretary = int(python(cluster, asked))

    # Two files when midnight passes meanwhile.
    written = "".join(file.read_text() for file in sorted((cluster.data / "access-log").glob("access-*.jsonl")))
    lines = [json.loads(line) for line in written.splitlines()]
    approved = [line for line in lines if line["method"] == "POST" and line["path"].startswith("/workbench/review/")]
    assert secretary in {line["user"] for line in approved}
    assert "demo-secretary" not in written


def media_path(cluster: Cluster) -> str:
    """Return the signed address of the story's video as one file."""
    asked = (
        "from cms.videos.media_urls import folder_url; from cms.videos.models import Video; "
        "print(folder_url(Video.objects.get(status='ready')) + 'fallback.mp4')"
    )
    return python(cluster, asked)


def test_a_part_of_a_rendition_comes_from_nginx_after_the_site_allowed_it(
    cluster: Cluster, story: dict[str, float | bool]
) -> None:
    address = media_path(cluster)
    uuid, generation = address.split("/")[-3:-1]
    film = cluster.s3.body(RENDITIONS, f"{uuid}/{generation}/fallback.mp4")

    status, response, body = ask(cluster, address, {"Range": "bytes=100-299"})

    assert (status, body == film[100:300]) == (206, True)
    assert response.getheader("Content-Range") == f"bytes 100-299/{len(film)}"
    assert (response.getheader("Content-Type"), response.getheader("X-Content-Type-Options")) == (
        "video/mp4",
        "nosniff",
    )
    assert ask(cluster, address)[2] == film


def test_the_internal_place_of_media_cannot_be_asked_for(cluster: Cluster, story: dict[str, float | bool]) -> None:
    uuid, generation, name = media_path(cluster).split("/")[-3:]

    assert ask(cluster, f"/protected/renditions/{uuid}/{generation}/{name}")[0] == 404
    assert ask(cluster, f"/protected/bucket/{RENDITIONS}/{uuid}/{generation}/{name}")[0] == 404
    assert ask(cluster, f"/media/v/{'0' * 8}-{'x' * 32}/{uuid}/{generation}/{name}")[0] == 404
