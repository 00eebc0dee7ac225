from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from cms.core.clock import now
from cms.videos import original_stores
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.queries import usage_of
from cms.videos.services import forget_originals, sweep_files
from tests.factories.videos import UploadFactory, VideoFactory

pytestmark = pytest.mark.django_db


def filmed(*, ready_days_ago: int, status: VideoStatus = VideoStatus.READY) -> Video:
    """Return a video whose original lies in the private storage."""
    video: Video = VideoFactory(status=status, ready_at=now() - timedelta(days=ready_days_ago))
    storages["originals"].save(video.original, ContentFile(b"film"))
    return video


def file_of(video: Video) -> Path:
    return Path(storages["originals"].path(video.original))


def test_originals_of_videos_finished_long_ago_go_and_count_against_nobody(settings: Settings) -> None:
    settings.ORIGINAL_KEEP = timedelta(days=30)
    old, young = filmed(ready_days_ago=31), filmed(ready_days_ago=29)

    assert forget_originals() == 1

    stored = Video.objects.get(pk=old.pk)
    assert (stored.original, stored.status, stored.generation) == ("", VideoStatus.READY, old.generation)
    assert (file_of(old).parent.exists(), file_of(young).exists()) == (False, True)
    assert (usage_of(old.owner).bytes, usage_of(young.owner).bytes) == (0, 1000)


def test_what_is_not_finished_keeps_its_original_however_old(settings: Settings) -> None:
    settings.ORIGINAL_KEEP = timedelta(days=30)
    failed = filmed(ready_days_ago=400, status=VideoStatus.FAILED)

    assert forget_originals() == 0
    assert file_of(failed).read_bytes() == b"film"


def test_without_a_limit_nothing_goes() -> None:
    kept = filmed(ready_days_ago=4000)

    assert forget_originals() == 0
    assert file_of(kept).exists()


def test_one_original_that_cannot_be_removed_keeps_its_row_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ORIGINAL_KEEP = timedelta(days=30)
    stuck, free = filmed(ready_days_ago=31), filmed(ready_days_ago=31)
    delete = original_stores.delete

    def broken(name: str) -> None:
        if name == stuck.original:
            raise OSError("the bucket does not answer")
        delete(name)

    with monkeypatch.context() as patched:
        patched.setattr(original_stores, "delete", broken)
        assert forget_originals() == 1
    assert dict(Video.objects.values_list("pk", "original")) == {stuck.pk: stuck.original, free.pk: ""}

    assert forget_originals() == 1
    assert (file_of(stuck).exists(), set(Video.objects.values_list("original", flat=True))) == (False, {""})


def stored(name: str) -> Path:
    """Put an original where it lies, as if its row were lost or it had never had one."""
    path = Path(storages["originals"].path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"film")
    return path


def test_the_sweep_removes_originals_that_neither_a_video_nor_an_upload_names() -> None:
    kept = filmed(ready_days_ago=1)
    coming = UploadFactory()
    coming_file = stored(f"{coming.pk.hex}/original")
    lost, draft = stored(f"{'e' * 32}/original"), stored(kept.original).with_name(".original.0011.part")
    draft.write_bytes(b"fi")

    assert sweep_files(older_than_s=3600) == 0
    assert sweep_files(older_than_s=-1) == 2

    assert [path.exists() for path in (file_of(kept), coming_file, lost.parent, draft)] == [True, True, False, False]
    assert sweep_files(older_than_s=-1) == 0


def test_nothing_is_swept_where_another_site_keeps_its_files() -> None:
    kept, lost = filmed(ready_days_ago=1), stored(f"{'e' * 32}/original")
    mark = stored("site/owner")

    assert sweep_files(older_than_s=-1) == 0
    assert (file_of(kept).exists(), lost.exists(), mark.read_bytes()) == (True, True, b"film")


def test_a_store_full_of_files_that_nobody_here_knows_is_not_taken_for_ours() -> None:
    strangers = [stored(f"{n:032x}/original") for n in range(20, 23)]
    assert sweep_files(older_than_s=-1) == 0

    filmed(ready_days_ago=1)
    assert sweep_files(older_than_s=-1) == 0
    assert ([path.exists() for path in strangers], storages["originals"].exists("site/owner")) == ([True] * 3, False)

    # Half of what lies there is ours; from then on our mark says so, whatever lies there.
    for _day in range(2):
        filmed(ready_days_ago=1)
    assert sweep_files(older_than_s=-1) == 3
    stored(f"{'d' * 32}/original")
    Video.objects.all().delete()
    assert sweep_files(older_than_s=-1) == 4
