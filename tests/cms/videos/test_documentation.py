"""What docs/api.md and openapi.json say is what the code does."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from cms.videos.messages import SENTENCES, sentence_for
from media_pipeline.errors import CODES, TEMPORARY
from tests.cms.videos.conftest import Sender

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
ROW = re.compile(r"^\| `([a-z0-9_]+)` \| ([^|]+) \| (.+) \|$", re.MULTILINE)


def rows_below(heading: str) -> dict[str, tuple[str, str]]:
    """Return the rows of the table below a heading of the page: code → second and third column."""
    section = PAGE.read_text().split(f"### {heading}\n")[1].split("\n#")[0]
    return {code: (second, third) for code, second, third in ROW.findall(section)}


def test_the_page_lists_every_code_of_the_engine_as_it_is() -> None:
    told = {code: ("temporary" if code in TEMPORARY else "for good", words) for code, words in CODES.items()}
    assert rows_below("Codes of the media engine") == told


def test_the_page_lists_every_code_of_uploads_and_videos_with_its_sentence() -> None:
    found = rows_below("Codes of uploads, videos and captions")
    with translation.override("en"):
        said = {code: sentence_for(code) for code in SENTENCES if "." not in code and code not in CODES}
    assert {code: words for code, (_status, words) in found.items()} == said


def test_every_code_of_the_engine_has_a_sentence_of_the_site() -> None:
    assert set(CODES) <= set(SENTENCES)


@pytest.mark.django_db
def test_the_upload_addresses_are_described(sender: Sender) -> None:
    described = sender.client.get("/api/v1/openapi.json").json()
    paths = {path: sorted(acts) for path, acts in described["paths"].items() if "/uploads/" in path}
    assert paths == {
        "/api/v1/uploads/": ["get", "options", "post"],
        "/api/v1/uploads/{id}": ["delete", "get", "head", "patch"],
    }
    told = sender.told(sender.begin(9000))
    assert set(described["components"]["schemas"]["UploadOut"]["properties"]) == set(told)
