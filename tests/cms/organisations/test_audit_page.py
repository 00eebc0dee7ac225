"""What the auditor reads: named fields, names of people and organisations, local dates, no codes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from cms.accounts.audit import record_act
from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.organisations.services import grant_role, open_dispute, transfer
from cms.organisations.views.act_details import Change, rows_of
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory

SignIn = Callable[[User], Client]
AUDIT = "/workbench/audit/"


def said(entry: AuditEntry) -> list[tuple[str, str | None, str | None]]:
    with override("zh-hans"):
        changes: list[Change] = rows_of([entry])[0]["changes"]
        return [(change.field, change.before, change.after) for change in changes]


def latest(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).latest("pk")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("organisations.rename", {"name": "甲"}, {"name": "乙"}, [("组织名称", "甲", "乙")]),
        ("organisations.create", {}, {"kind": "general_branch"}, [("种类", None, "党总支")]),
        ("organisations.deactivate", {"active": True}, {"active": False}, [("启用", "是", "否")]),
        (
            "organisations.reset_second_factor",
            {"factors": ["totp", "webauthn"]},
            {},
            [("第二重验证", "验证器应用；通行密钥", None)],
        ),
        ("accounts.issue_code", {}, {"kind": "qr"}, [("种类", None, "二维码")]),
        (
            "ledger.rule",
            {"cap": "2.0", "least": "0.1"},
            {"cap": None, "least": "0.1", "kind": "lesson"},
            [("单项最多", "2.0", "–"), ("种类", None, "看完一节微课怎样计学时")],
        ),
        (
            "ledger.forget_old_hours",
            {},
            {"before": "2021-11-26T16:00:00+00:00"},
            [("早于", None, "2021年11月27日 周六 00:00")],
        ),
        (
            "lessons.set_review_by",
            {"review_by": None},
            {"review_by": "2027-01-02"},
            [("复看日期", "–", "2027年1月2日 周六")],
        ),
        ("lessons.correct", {}, {"changed": ["captions", "title"]}, [("改动部分", None, "字幕；标题")]),
        ("review.approve", {}, {"stage": "branch"}, [("环节", None, "支部审核")]),
        ("feedback.closed", {"status": "open"}, {"status": "closed"}, [("状态", "处理中", "已结束")]),
        (
            "organisations.begin_site",
            {},
            {"people": ["officer", "auditor"]},
            [("人员", None, "2 人：officer、auditor")],
        ),
    ],
)
def test_what_an_act_changed_is_said_in_words(action: str, before: Any, after: Any, words: Any) -> None:
    assert said(record_act(action, actor=None, before=before, after=after)) == words


@pytest.mark.long
def test_codes_and_keys_of_people_and_organisations_become_names(county: County) -> None:
    grant_role(county.member, county.branch, "lecturer", actor=county.officer)
    grant_role(county.member, county.town, "editor", actor=county.officer)
    transfer(county.member, county.other, today(), actor=county.officer)
    open_dispute(county.member, source="accounts.account", text="名字不对")
    videos = record_act("videos.delete", actor=None, before={"owner": county.member.pk, "status": "ready"})
    admitted = record_act("organisations.admit_members", actor=None, after={"people": [county.member.pk, 999_999]})

    assert said(latest("organisations.grant_role")) == [
        ("组织", None, "清水镇党委"),
        ("职责", None, "内容编辑"),
        ("职责", "讲师（清水街支部）", None),
    ]
    assert ("组织", "清水街支部", "石桥支部") in said(latest("organisations.transfer"))
    assert said(latest("organisations.open_dispute")) == [("数据种类", None, "账号")]
    assert said(videos) == [("所有者", "沈佳禾", None), ("状态", "已就绪", None)]
    assert said(admitted) == [("人员", None, "2 人：沈佳禾、999999")]


def test_a_reason_of_the_site_is_said_in_words_too(db: None) -> None:
    entry = record_act("jobs.cancel", actor=None, reason="video cancelled")
    with override("zh-hans"):
        assert rows_of([entry])[0]["reason"] == "视频已取消"
    assert rows_of([record_act("jobs.cancel", actor=None, reason="太久")])[0]["reason"] == "太久"


def test_the_page_shows_no_field_in_english_and_asks_as_often_for_many_as_for_one(
    county: County, as_user: SignIn
) -> None:
    client = as_user(county.auditor)
    grant_role(county.member, county.branch, "lecturer", actor=county.officer)
    client.get(AUDIT)

    with CaptureQueriesContext(connection) as one:
        page = client.get(AUDIT).content.decode()
    for _person in range(3):
        grant_role(UserFactory(), county.town, "lecturer", actor=county.officer)
    with CaptureQueriesContext(connection) as several:
        client.get(AUDIT)

    details = re.search(r'data-label="前后变化">(.*?)</td>', page, re.DOTALL)
    assert details
    assert re.sub(r"<[^>]+>|\s+", " ", details[1]).split() == ["组织", "清水街支部", "职责", "讲师", "职责", "–"]
    assert len(several) == len(one)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("手机号", 1), ("查看了", 1), ("organisations.see", 1), ("微课", 0), ("没有这种事", 0)],
)
def test_an_act_is_found_by_what_it_is_called_and_by_its_code(
    county: County, as_user: SignIn, typed: str, found: int
) -> None:
    record_act("organisations.see_contact", actor=county.secretary, target=county.member)
    assert len(as_user(county.auditor).get(AUDIT, {"action": typed}).context["rows"]) == found
