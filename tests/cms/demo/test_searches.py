"""The demonstration has something to tell of what was searched for."""

import pytest

from cms.demo.searches import make_searches
from cms.portal.questions import asked_by_many, not_found, not_opened

pytestmark = pytest.mark.django_db


def test_each_list_of_the_report_has_something() -> None:
    assert make_searches() == 106
    assert [(each.text, each.times) for each in not_found(30)] == [("垃圾分类", 10), ("光伏", 5), ("党员代会", 5)]
    assert [each.text for each in not_opened(30)] == ["党费"]
    assert [each.text for each in asked_by_many(30)][:2] == ["安全生产", "三会一课"]
