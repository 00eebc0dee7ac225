"""What is stored about people has words on their page, whatever room stores it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from cms.accounts.audit import record_act
from cms.accounts.models import AuditEntry, User
from cms.accounts.record_words import has_act_words, has_field_words, register_fields
from cms.core.personal_data import personal_data_sources
from cms.feedback.lifecycle import TRANSITIONS
from tests.architecture.county import County
from tests.architecture.tree import ROOT

# Also where it is handed on in a variable: audit(video, actor, "videos.retry").
ACT = re.compile(r'(?:record_act\(\s*|actor, )"([a-z_]+\.[a-z_]+)"')


def keys_of(record: dict[str, Any]) -> Iterator[str]:
    for key, value in record.items():
        yield key
        for part in value if isinstance(value, list) else ():
            yield from keys_of(part) if isinstance(part, dict) else ()


@pytest.mark.wide
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
    assert {field for field in found if not has_field_words(field)} == set()


def test_every_act_that_is_written_down_has_words() -> None:
    written = {act for path in (ROOT / "cms").rglob("*.py") for act in ACT.findall(path.read_text())}
    assert len(written) > 40
    assert {act for act in written if not has_act_words(act)} == set()


@pytest.mark.parametrize("kind", ["totp_activated", "totp_deactivated", "webauthn_added", "recovery_codes_generated"])
def test_every_change_of_a_second_factor_has_words(kind: str) -> None:
    assert has_act_words(f"accounts.{kind}")


def test_every_end_of_a_report_has_words() -> None:
    assert [has_act_words(f"feedback.{status}") for status in TRANSITIONS] == [True, True]


@pytest.mark.django_db
def test_an_act_that_nobody_named_is_refused_here_and_written_in_service(settings: Settings) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        record_act("nowhere.act", actor=None)

    settings.ACTS_NEED_WORDS = False
    record_act("nowhere.act", actor=None)

    assert AuditEntry.objects.get().action_words == "nowhere.act"


def test_a_field_has_one_name() -> None:
    with pytest.raises(ImproperlyConfigured, match="organisation"):
        register_fields({"organisation": "Branch"})


@pytest.mark.wide
def test_what_is_counted_and_cut_is_what_the_export_holds(county: County) -> None:
    person = county.people["member"]
    for source in personal_data_sources():
        everything = list(source.collect(person))
        assert source.glance(person, 2) == (len(everything), everything[-2:]), source.slug
