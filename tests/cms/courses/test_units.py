from dataclasses import dataclass

from cms.courses.units import units_of


@dataclass
class Row:
    name: str
    unit: str = ""


def test_an_item_with_a_heading_begins_a_unit() -> None:
    rows = [Row("a"), Row("b", "一"), Row("c"), Row("d", " 二 ")]
    assert [(unit.title, [row.name for row in unit.items]) for unit in units_of(rows)] == [
        ("", ["a"]),
        ("一", ["b", "c"]),
        ("二", ["d"]),
    ]


def test_no_items_make_no_unit() -> None:
    assert units_of([]) == []
