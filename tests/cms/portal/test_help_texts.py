"""What the help pages tell people to press is called so on the pages."""

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override
from pytest_django import Settings

from cms.portal.help_texts import ABOUT, HELP
from tests.architecture.test_translations import chinese

QUOTED = re.compile("“([^”]+)”")
# The four marks of a lesson stand one below the other, each with its explanation.
NO_LABELS = {"小、实、活、精"}


def sentences() -> Iterator[str]:
    for page in (*HELP.values(), *ABOUT.values()):
        yield str(page.lead)
        for heading, steps in page.sections:
            yield str(heading)
            yield from map(str, steps)


@pytest.mark.parametrize(("language", "least"), [("zh-hans", 8), ("en", 5)])
def test_every_name_in_quotation_marks_is_the_label_of_something(language: str, least: int) -> None:
    known = chinese()
    labels = set(known.values()) if language == "zh-hans" else {message.casefold() for message in known}
    with override(language):
        quoted = {name for sentence in sentences() for name in QUOTED.findall(sentence)} - NO_LABELS
    assert len(quoted) >= least
    assert {name for name in quoted if (name if language == "zh-hans" else name.casefold()) not in labels} == set()


@pytest.mark.parametrize(("days", "until"), [(0, "它和视频保存得一样久。"), (30, "视频处理完成 30 天后删除。")])
def test_the_privacy_page_says_how_long_originals_are_kept(settings: Settings, days: int, until: str) -> None:
    settings.ORIGINAL_DAYS = days
    with override("zh-hans"):
        told = [str(step) for _heading, steps in ABOUT["privacy"].sections for step in steps]
    assert [sentence for sentence in told if "原始文件" in sentence] == [
        f"视频的原始文件按你上传的样子保留，便于以后重新转换，不给任何人看。{until}"
    ]
