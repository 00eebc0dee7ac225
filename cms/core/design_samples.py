"""Samples for the living design page: our own fictional people and units, nothing from the database."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

LESSONS = [
    {
        "url": "#lesson",
        "title": "带班记录，三处最容易漏填",
        "duration_s": 400,
        "meta": ["秦守安", "云岭矿山三区队", "有字幕"],
        "seen_percent": 48,
        "state": "看到 03:12",
    },
    {
        "url": "#lesson",
        "title": "苹果树冬剪：留几根枝，看树势说话",
        "duration_s": 468,
        "meta": ["马长河", "三岔村", "方言，有字幕"],
    },
    {
        "url": "#lesson",
        "title": "老人胸口闷，五分钟里做什么",
        "duration_s": 272,
        "meta": ["周砚秋", "县人民医院", "有字幕"],
    },
    {
        "url": "#lesson",
        "title": "手机字太小？三步调到看得清",
        "duration_s": 234,
        "meta": ["沈佳禾", "清水街社区", "有字幕"],
    },
]
PAGES = [
    {
        "url": "#page",
        "kind": "课件",
        "icon": "file",
        "title": "山区线路巡视要点",
        "lead": "给新线路工的十页课件，先看杆基，再看导线。",
        "meta": ["云岭县委", "PDF", "约 15 分钟"],
    },
    {"url": "#page", "kind": "音频", "icon": "ear", "title": "田间广播：冬天的果园", "meta": ["清水镇", "M4A"]},
    {"url": "#page", "kind": "阅读清单", "icon": "list", "title": "新党员先读这些", "lead": "四份材料，按顺序读。"},
    {
        "url": "#page",
        "kind": "课程",
        "icon": "book",
        "title": "果树冬剪",
        "lead": "看两节微课，再做一件小事。",
        "meta": ["12 分钟", "云岭县委"],
        "badges": [
            {"label": "精品课", "kind": "award", "icon": "award"},
            {"label": "已完成", "kind": "ok", "icon": "done"},
        ],
    },
]
PEOPLE = [
    {
        "lecturer": {
            "name": "周砚秋",
            "get_absolute_url": "#person",
            "get_kind_display": "兼职",
            "post": "县人民医院急诊科护师",
            "region": "县城",
        },
        "face": "b",
        "directions": ["实用技术", "健康与急救"],
        "next_free": {"start": datetime(2026, 12, 3, 11, 0, tzinfo=UTC)},
    },
    {
        "lecturer": {
            "name": "孟守安",
            "get_absolute_url": "#person",
            "get_kind_display": "客座",
            "organisation": "云岭矿山",
        },
        "face": "c",
        "directions": ["安全生产"],
        "next_free": None,
    },
]
PLACES = [
    {
        "url": "#place",
        "title": "清水河渡口旧址",
        "icon": "pin",
        "badge": "示范点",
        "meta": ["红色旧址", "云岭县"],
        "state": "open",
        "state_words": "今天开放 09:00–17:00",
    },
    {
        "url": "#place",
        "title": "县档案陈列馆",
        "icon": "pin",
        "meta": ["教育基地", "云岭县"],
        "state": "closed",
        "state_words": "今天闭馆，周二开放",
    },
]
DRAWING = {
    "width": 360,
    "height": 300,
    "legs": [{"path": "M90 80Q170 90 220 150", "css": ""}, {"path": "M220 150Q210 200 150 230", "css": "is-walk"}],
    "dots": [
        {
            "dot": {"x": 90, "y": 80, "anchor": "start", "label_lines": [(84, "清水河渡口")], "label_x": 109},
            "number": 1,
            "css": "is-numbered",
        },
        {
            "dot": {"x": 220, "y": 150, "anchor": "start", "label_lines": [(154, "老石桥夜校")], "label_x": 239},
            "number": 2,
            "css": "is-numbered",
        },
        {
            "dot": {"x": 150, "y": 230, "anchor": "end", "label_lines": [(234, "陈列馆")], "label_x": 131},
            "number": 3,
            "css": "is-shut",
        },
    ],
}
HIT = {**LESSONS[0], "title_html": "", "found_at_s": 192, "snippet_html": "……安全生产记录里，隐患要写到架号。"}
CUES = [
    {"start": 161.0, "end": 169.0, "text": "第二处，是隐患的位置。"},
    {"start": 169.0, "end": 173.0, "text": "我们翻了去年的记录，"},
    {"start": 173.0, "end": 178.0, "text": "写“回风巷有淋水”的，有十一条。"},
    {"start": 178.0, "end": 185.0, "text": "回风巷一共一千二百米，下一班到哪里去找？"},
    {"start": 185.0, "end": 192.0, "text": "所以现在统一写法，"},
    {"start": 192.0, "end": 198.0, "text": "安全生产记录里，隐患要写到架号。"},
]
CHAPTERS = [
    {"start": 0.0, "end": 48.0, "title": "一张漏填的记录", "length": 48},
    {"start": 48.0, "end": 144.0, "title": "第一处：交接班时间", "length": 96},
    {"start": 144.0, "end": 298.0, "title": "第二处：隐患位置", "length": 154},
    {"start": 298.0, "end": 400.0, "title": "第三处：整改人与时限", "length": 102},
]
NOTES = [
    {"id": 1, "at_s": 106.0, "text": "井下钟慢 2 分钟，已请机电队校准。"},
    {"id": 2, "at_s": 178.0, "text": "我们班也写过“中段”，周五例会改。"},
]
MARKS = {
    "number": 15,
    "rows": [
        {"label": "好", "number": 9, "percent": 60},
        {"label": "较好", "number": 4, "percent": 27},
        {"label": "一般", "number": 2, "percent": 13},
        {"label": "较差", "number": 0, "percent": 0},
    ],
}
DIGEST = [
    "交接班时间写到分钟，以井下钟为准，不凭记忆补。",
    "隐患位置写“巷道名加架号”，下一班才找得到。",
    "整改人写一个名字和一个时限，升井前念一遍核对。",
]
EVENTS: list[dict[str, Any]] = [
    {
        "title": "清水街社区党支部发来约课",
        "text": "32 人，其中 60 岁以上 20 人。",
        "at": datetime(2026, 11, 23, 8, 8, tzinfo=UTC),
    },
    {
        "title": "社区提出改到 12月4日 周五 09:30",
        "text": "等你答复。",
        "at": datetime(2026, 11, 24, 2, 42, tzinfo=UTC),
        "state": "now",
    },
    {"title": "接受后：互相看到电话，日程里自动加上", "state": "next"},
]
JOBS = [
    {
        "kind": "审核",
        "icon": "film",
        "title": "雪后巡线，先看杆基再抬头",
        "url": "#job",
        "meta": ["罗启明上传", "5 分 16 秒"],
        "due": "18:00 前",
        "due_note": "还有 3 小时",
        "action_label": "看片审核",
        "urgent": True,
        "first": True,
    },
    {
        "kind": "补记",
        "icon": "cal",
        "title": "11月20日共学还没有登记到场",
        "url": "#job",
        "meta": ["冬季用气", "报名 16 人"],
        "due": "周五",
        "due_note": "还有 3 天",
        "action_label": "登记到场",
    },
]
QUESTION = {
    "name": "sample-open",
    "number": 1,
    "kind": "multiple",
    "text": "升井前要核对哪几处？",
    "options": [{"value": "a", "label": "交接班时间", "checked": True}, {"value": "b", "label": "隐患位置"}],
}
ANSWERED = {
    "name": "sample-closed",
    "kind": "single",
    "text": "下面哪一条记录，下一班最容易找到位置？",
    "closed": True,
    "feedback": "“中段”有两百多米，架号只有一处。这次作答只给自己看。",
    "options": [
        {
            "value": "a",
            "label": "二号回风巷中段，有淋水",
            "checked": True,
            "is_wrong": True,
            "verdict": "你选了这一项",
        },
        {"value": "b", "label": "二号回风巷 46 架，顶板淋水", "is_right": True, "verdict": "这一项更合适"},
        {"value": "c", "label": "回风巷淋水，已口头告知"},
    ],
}
UNFINISHED = {"id": "1", "name": "雪后巡线.mov", "size": 199_229_440, "percent": 62, "expires_at": EVENTS[0]["at"]}


class SampleForm(forms.Form):
    """One field of each kind, with help and, when bound and empty, with errors."""

    title = forms.CharField(label="选准话题", help_text="一节课只讲一件事，用一句话说清楚", max_length=24)
    story = forms.CharField(label="看见了什么", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    unit = forms.ChoiceField(
        label="单位", choices=[("", "请选择"), ("1", "清水街社区党支部"), ("2", "云岭矿山三区队")]
    )
    speech = forms.ChoiceField(
        label="用准语言",
        widget=forms.RadioSelect,
        choices=[("a", "普通话"), ("b", "云岭话"), ("c", "两种都有")],
    )
    consent = forms.BooleanField(label="画面里的人都知道并同意拍摄")


def samples() -> dict[str, Any]:
    """Return everything the design page shows."""
    return {
        "lessons": LESSONS,
        "places": PLACES,
        "drawing": DRAWING,
        "hit": HIT,
        "pages": PAGES,
        "people": PEOPLE,
        "cues": CUES,
        "chapters": CHAPTERS,
        "notes": NOTES,
        "digest": DIGEST,
        "marks": MARKS,
        "events": EVENTS,
        "jobs": JOBS,
        "question": QUESTION,
        "answered": ANSWERED,
        "unfinished": UNFINISHED,
        "form": SampleForm(auto_id="empty_%s", initial={"title": "雪后巡线"}),
        "faulty": SampleForm({}, auto_id="faulty_%s"),
        "page": Paginator(range(200), 10).page(7),
        "player": {"id": "player", "title": "带班记录，三处最容易漏填", "duration_s": 400},
        "box": {"plain_action": "#upload"},
        "crumbs": [("微课", "#lessons"), ("安全生产微课", "#topic"), ("带班记录", "")],
        "tabs": [
            {"label": "待办", "url": "#todo", "current": True, "count": 7},
            {"label": "日历", "url": "#calendar"},
            {"label": "名册", "url": "#roster"},
        ],
        "chips": [
            {"label": "全部", "url": "#all", "on": True, "count": 38},
            {"label": "微课", "url": "#lessons", "count": 21},
            {"label": "讲师", "url": "#people", "count": 4},
        ],
        "steps": [{"label": "选视频", "url": "#one"}, {"label": "填要点"}, {"label": "预览"}, {"label": "提交审核"}],
        "columns": ["单位", "场次", "人次"],
        "rows": [["清水街社区党支部", "2 场", "31 人次"], ["云岭矿山三区队", "3 场", "44 人次"]],
    }
