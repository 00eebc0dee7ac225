import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from cms.accounts.models import User
from cms.core.models import RateWindow
from cms.core.ratelimit import count_request
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test has storages of its own: other tests' files are neither copied nor replaced."""
    for alias in ("default", "originals", "renditions"):
        settings.STORAGES = {
            **settings.STORAGES,
            alias: {**settings.STORAGES[alias], "OPTIONS": {"location": tmp_path / "media" / alias}},
        }
    yield
    settings.STORAGES = {**settings.STORAGES}


def files() -> dict[str, bytes]:
    found = {}
    for alias in ("default", "originals", "renditions"):
        storage = storages[alias]
        assert isinstance(storage, FileSystemStorage)
        root = Path(storage.location)
        found.update(
            {f"{alias}/{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*") if path.is_file()}
        )
    return found


def people() -> list[tuple[int, str, str, str | None]]:
    return list(User.objects.order_by("pk").values_list("pk", "username", "name", "phone"))


def test_what_was_backed_up_comes_back_row_for_row_and_byte_for_byte(tmp_path: Path) -> None:
    UserFactory.create_batch(3)
    storages["originals"].save("ab/视频.mov", ContentFile(b"film"))
    storages["renditions"].save("v/1/master.m3u8", ContentFile(b"#EXTM3U"))
    rows, media = people(), files()

    call_command("backup", tmp_path / "monday")
    User.objects.filter(pk=rows[0][0]).update(name="改了")
    User.objects.filter(pk=rows[1][0]).delete()
    storages["originals"].delete("ab/视频.mov")
    storages["originals"].save("later.mov", ContentFile(b"made after the backup"))
    call_command("restore", tmp_path / "monday", "--yes")

    assert (people(), files()) == (rows, media)


def test_who_asked_for_something_lately_is_in_no_backup(tmp_path: Path) -> None:
    call_command("createcachetable", "site_cache", verbosity=0)
    now = timezone.now()
    count_request("asked", "somebody", seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO site_cache (cache_key, value, expires) VALUES ('salt', 'grain', %s)", [now])
    call_command("backup", tmp_path / "monday")
    call_command("restore", tmp_path / "monday", "--yes")

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM site_cache")
        assert (cursor.fetchone(), RateWindow.objects.count()) == ((0,), 0)
    assert {path.name for path in (tmp_path / "monday").iterdir()} >= {"manifest.json", "media.tar"}
    assert len(list((tmp_path / "monday").iterdir())) == 3


def test_a_backup_never_overwrites_another(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "monday")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "monday")


@pytest.mark.parametrize("part", ["media.tar", "database"])
def test_a_damaged_backup_changes_nothing(tmp_path: Path, part: str) -> None:
    user = UserFactory()
    storages["originals"].save("a.mov", ContentFile(b"film"))
    call_command("backup", tmp_path / "monday")
    damaged = next(path for path in (tmp_path / "monday").iterdir() if path.name.startswith(part))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    User.objects.filter(pk=user.pk).update(name="后来")

    with pytest.raises(CommandError, match="missing or damaged"):
        call_command("restore", tmp_path / "monday", "--yes")
    assert (User.objects.get(pk=user.pk).name, files()["originals/a.mov"]) == ("后来", b"film")


def test_nothing_is_replaced_without_a_clear_yes(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "monday")
    with pytest.raises(CommandError, match="--yes"):
        call_command("restore", tmp_path / "monday")


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no backup"):
        call_command("restore", tmp_path, "--yes")


def test_a_backup_of_another_database_is_refused(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "monday")
    manifest = json.loads((tmp_path / "monday/manifest.json").read_text())
    manifest["database"]["vendor"] = "oracle"
    (tmp_path / "monday/manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match="The backup is of oracle"):
        call_command("restore", tmp_path / "monday", "--yes")
