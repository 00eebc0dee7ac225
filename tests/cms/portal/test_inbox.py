"""What waits for somebody stands under its deadline: what is late says so, whatever has none comes last."""

from datetime import date, timedelta

import pytest

from cms.core.clock import today
from cms.portal.inbox import InboxItem, group_by_time


def item(title: str, due_on: date | None) -> InboxItem:
    return InboxItem("review", "Review", "film", title, "/", (), due_on, "Watch and check")


@pytest.mark.usefixtures("noon")
def test_what_waits_stands_under_its_deadline() -> None:
    day = today()
    items = [
        item("late", day - timedelta(days=1)),
        item("today", day),
        item("soon", day + timedelta(days=7)),
        item("far", day + timedelta(days=8)),
        item("whenever", None),
    ]
    assert [(str(title), [row.title for row in rows]) for title, rows in group_by_time(items)] == [
        ("已过期限", ["late"]),
        ("今天到期", ["today"]),
        ("本周", ["soon"]),
        ("以后", ["far", "whenever"]),
    ]


@pytest.mark.usefixtures("noon")
def test_a_group_without_anything_is_left_out() -> None:
    assert group_by_time([]) == []
    assert [str(title) for title, _rows in group_by_time([item("today", today())])] == ["今天到期"]
