"""What is stored about people has words on their page, whatever room stores it."""

import re
from collections.abc import Iterator
from typing import Any

from cms.accounts.act_words import ACTS
from cms.accounts.models import User
from cms.core.personal_data import personal_data_sources
from cms.organisations.views.own_data import FIELDS
from tests.architecture.county import County
from tests.architecture.tree import ROOT

ACT = re.compile(r'record_act\(\s*"([a-z_]+\.[a-z_]+)"')


def keys_of(record: dict[str, Any]) -> Iterator[str]:
    for key, value in record.items():
        yield key
        for part in value if isinstance(value, list) else ():
            yield from keys_of(part) if isinstance(part, dict) else ()


def test_every_field_of_every_source_has_a_name(county: County) -> None:
    people: list[User] = list(county.people.values())
    found = {
        key
        for source in personal_data_sources()
        for person in people
        for record in source.collect(person)
        for key in keys_of(record)
    }
    assert len(found) > 40
    assert found - set(FIELDS) == set()


def test_every_act_that_is_written_down_has_words() -> None:
    written = {act for path in (ROOT / "cms").rglob("*.py") for act in ACT.findall(path.read_text())}
    assert len(written) > 30
    assert written - set(ACTS) == set()


def test_what_is_counted_and_cut_is_what_the_export_holds(county: County) -> None:
    person = county.people["member"]
    for source in personal_data_sources():
        everything = list(source.collect(person))
        assert source.glance(person, 2) == (len(everything), everything[-2:]), source.slug
