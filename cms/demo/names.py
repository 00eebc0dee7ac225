"""Names of people who do not exist, the same at every run."""

import random

SURNAMES = "沈罗马秦周卢韩孟苏叶纪柳乔温骆邢冉霍祝舒牧桑禹邵项"
GIVEN = [
    "守安",
    "启明",
    "长河",
    "砚秋",
    "新生",
    "佳禾",
    "志远",
    "春燕",
    "建民",
    "雨桐",
    "国栋",
    "秀兰",
    "海峰",
    "若溪",
    "永贵",
    "晓雯",
    "德福",
    "静怡",
    "向阳",
    "梓涵",
    "老根",
    "月娥",
    "卫东",
    "思源",
    "庆丰",
    "玉梅",
    "立新",
    "一鸣",
    "连生",
    "彩霞",
    "广厚",
    "文静",
    "石头",
    "芳草",
    "平安",
    "素心",
    "大勇",
    "知夏",
    "仲明",
    "小满",
]
PHONE_BASE = 19900000000


def make_names(count: int, *, seed: int = 7) -> list[str]:
    """Return `count` different names."""
    pairs = [surname + given for surname in SURNAMES for given in GIVEN]
    random.Random(seed).shuffle(pairs)  # noqa: S311  # a fixed order is the point
    if count > len(pairs):
        raise ValueError(f"There are {len(pairs)} names, not {count}.")
    return pairs[:count]


def phone_of(position: int) -> str:
    """Return a number from a range that is given to nobody (1990000xxxx)."""
    return str(PHONE_BASE + position)
