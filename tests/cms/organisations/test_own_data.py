from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessLog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django import Settings

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.notices.models import Notice
from cms.organisations.views.own_data import for_people, value_words
from tests.cms.organisations.conftest import County
from tests.factories.notices import NoticeFactory

SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("at", "2026-12-03T16:30:00+00:00", "2026年12月4日 周五 00:30"),
        ("on", "2026-12-03", "2026年12月3日 周四"),
        ("away", True, "是"),
        ("passed", None, "–"),
        ("answer", "", "–"),
        ("action", "accounts.issue_code", "签发了登录码"),
        ("action", "old.unknown", "old.unknown"),
        ("kind", "webauthn", "通行密钥"),
        ("stretches", [[0.0, 20.4], [30.0, 41.0]], "0–20；30–41"),
        ("answers", [{"question": "先看哪里", "mark": "1"}], "题目 先看哪里，得分 1"),
        ("text", "2026-12-03T99", "2026-12-03T99"),
        ("hours", "0.20", "0.20"),
    ],
)
def test_a_value_reads_as_people_write_it(key: str, value: Any, words: str) -> None:
    with override("zh-hans"):
        assert value_words(key, value) == words


def test_a_field_has_its_name() -> None:
    with override("zh-hans"):
        assert for_people({"staff_number": "A-1", "hours": "2"}) == [("工号", "A-1"), ("学时", "2")]


def test_the_page_speaks_chinese_and_the_countys_time(county: County, as_user: SignIn) -> None:
    record_act("accounts.issue_code", actor=county.secretary, target=county.member)
    NoticeFactory(user=county.member, created_at=datetime(2026, 11, 1, 18, 5, tzinfo=UTC))

    page = as_user(county.member).get("/me/data/").content.decode()

    assert "签发了登录码" in page
    assert "2026年11月2日 周一 02:05" in page
    assert "staff_number" not in page
    assert "+00:00" not in page


@pytest.mark.wide
def test_ten_thousand_rows_cost_the_page_as_little_as_three(county: County, as_user: SignIn) -> None:
    client = as_user(county.member)
    NoticeFactory.create_batch(3, user=county.member)
    client.get("/me/data/")  # the first request of a process also reads what stays in its memory
    with CaptureQueriesContext(connection) as few:
        client.get("/me/data/")
    row = NoticeFactory.build(user=county.member)
    Notice.objects.bulk_create(
        [Notice(user=county.member, title=f"通知{n}", body=row.body, created_at=row.created_at) for n in range(10_000)]
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get("/me/data/").content.decode()

    assert len(many) == len(few)
    assert page.count("通知") < 100
    assert len(client.get("/me/data/export.json").json()["sources"]) == len(page.split('aria-labelledby="source-')) - 1


def test_sign_ins_stand_on_the_page_and_in_the_download_and_nobody_elses(county: County, as_user: SignIn) -> None:
    client = as_user(county.member)
    AccessLog.objects.all().delete()
    for user, address in ((county.member, "203.0.113.7"), (county.stranger, "203.0.113.8")):
        AccessLog.objects.create(username=user.username, ip_address=address, user_agent="Firefox")

    page = client.get("/me/data/").content.decode()
    sources = {source["slug"]: source for source in client.get("/me/data/export.json").json()["sources"]}

    assert "203.0.113.7" in page
    assert "203.0.113.8" not in page
    assert [(row["address"], row["browser"], row["signed_out"]) for row in sources["accounts.sign_ins"]["rows"]] == [
        ("203.0.113.7", "Firefox", None)
    ]
    assert sources["accounts.sign_ins"]["kept"] == "190 天。"


def test_what_is_not_in_the_list_is_named_with_its_time(county: County, as_user: SignIn, settings: Settings) -> None:
    settings.ACCESS_LOG_KEEP = timedelta(days=200)
    page = as_user(county.member).get("/me/data/").content.decode()
    assert "网络日志" in page
    assert "保存 200 天。" in page
