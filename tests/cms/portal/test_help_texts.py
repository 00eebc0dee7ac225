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


# Where the doors are.
WHERE = {"工作台", "我的"}
BRANCH_DOORS = {
    *("师资库", "这时谁有空", "约课", "登记授课", "听课评价", "生成纸条", "给没能到场的人"),
    *("复制为支部的指引", "点单与播放单", "大屏播放", "指定给我们支部"),
    *("约定参观", "退回约定", "来访安排", "登记走过这条线路", "离线带走"),
}


@pytest.mark.parametrize(
    ("role", "doors"),
    [
        ("member", {"上传", "点单", "我要补的课", "建议与投诉", "这里不对"}),
        ("branch_secretary", BRANCH_DOORS | {"上传"}),
        ("branch_admin", BRANCH_DOORS | {"组织"}),
        (
            "lecturer",
            {"我的排课", "接受", "提出换个时间", "婉拒", "添加时间", "添加日期", "生成地址", "我讲的课"}
            | {"上传", "这里不对"},
        ),
    ],
)
def test_the_help_of_a_role_leads_to_every_door_of_its_work(role: str, doors: set[str]) -> None:
    with override("zh-hans"):
        steps = [str(step) for _heading, steps in HELP[role].sections for step in steps]
    found = {name for step in steps for name in QUOTED.findall(step)}
    assert found - WHERE == doors


def test_the_help_promises_of_marks_what_holds_for_slips_too() -> None:
    with override("zh-hans"):
        told = {role: [str(step) for _heading, steps in HELP[role].sections for step in steps] for role in HELP}
    assert "讲师和其他听众不知道谁评了什么。纸条的评价到结束时一起统计。" in told["member"]
    for role in ("branch_secretary", "lecturer"):
        [marks] = [step for step in told[role] if "四等" in step]
        assert marks.endswith("，不记名。满五份才显示，每五份更新一次；纸条的评价到结束时一起显示。")


@pytest.mark.parametrize(("days", "until"), [(0, "它和视频保存得一样久。"), (30, "视频处理完成 30 天后删除。")])
def test_the_privacy_page_says_how_long_originals_are_kept(settings: Settings, days: int, until: str) -> None:
    settings.ORIGINAL_DAYS = days
    with override("zh-hans"):
        told = [str(step) for _heading, steps in ABOUT["privacy"].sections for step in steps]
    assert [sentence for sentence in told if "原始文件" in sentence] == [
        f"视频的原始文件按你上传的样子保留，便于以后重新转换，不给任何人看。{until}"
    ]
