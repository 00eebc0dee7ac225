"""The engines that the settings name, and what happens where one cannot be used."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.apps import engine_is_there
from search.configured import shared_engine
from search.engines.elastic import ElasticIndex
from search.query import search
from search.schema import Query
from tests.factories.processes import child_environment

# What a site says of itself where the extra is not installed: nothing there may be imported by anybody.
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"elasticsearch", "elasticsearch_dsl", "elastic_transport"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import django
django.setup()
from django.core.management import call_command
from search.query import is_answering
from search.worker import run_shared_round
call_command("check")
print(is_answering(), run_shared_round().busy, sorted(name for name in sys.modules if name.startswith("elastic")))
"""


def test_each_node_answers_by_itself_unless_a_server_is_named() -> None:
    assert shared_engine() is None
    assert engine_is_there() == []


def test_a_server_is_opened_once_for_each_process(settings: Any) -> None:
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", "http://127.0.0.1:9"

    first = shared_engine()

    assert isinstance(first, ElasticIndex)
    assert shared_engine() is first
    assert engine_is_there() == []


@pytest.mark.parametrize(
    ("engine", "said"), [("sphinx", "'sphinx' is not known"), ("elasticsearch", "ELASTICSEARCH_URL must name")]
)
def test_what_cannot_be_used_is_said_before_anything_starts(settings: Any, engine: str, said: str) -> None:
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = engine, ""

    assert said in engine_is_there()[0].msg
    with pytest.raises(ImproperlyConfigured, match=said):
        search(Query(text=""))


@pytest.mark.parametrize(
    "url", ["localhost:9200", "https://site:ge#heim@server:9200", "ftp://server", "http://", "http://server:99999"]
)
def test_an_address_that_is_none_is_said_without_telling_it(settings: Any, url: str) -> None:
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", url

    [said] = engine_is_there()

    assert said.msg.startswith("ELASTICSEARCH_URL is no address")
    assert url not in said.msg


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_an_authority_is_a_file_and_only_for_https(settings: Any, tmp_path: Path, url: str) -> None:
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", url
    settings.ELASTICSEARCH_CA = str(tmp_path / "ca.pem")

    assert engine_is_there()[0].msg.startswith("WEIKE_ELASTICSEARCH_CA must be a file")


def test_an_extra_that_is_absent_is_said_too(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.configured.is_installed", lambda: False)
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", "http://127.0.0.1:9"
    shared_engine.__globals__["_opened"].cache_clear()

    assert "install the extra of that name" in engine_is_there()[0].msg


@pytest.mark.long
@pytest.mark.django_db
def test_the_embedded_engine_works_where_the_extra_is_absent() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "True False []"), done.stderr[-2000:]
