"""Twenty-one pages and twenty-six questions: what Wagtail's own search found 6 of 45 of.

A question's pages are those that hold each of its words as they stand, in the title, the text or the topic.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from search.schema import SearchDoc, Visibility

# Title, text, topic.
TEXTS = (
    ("基层党员教育怎样做实", "从需要出发安排课程，讲完还要问一问听懂没有。", "培训"),
    ("逐条读一遍", "每人领读一条，读完说说自己做到了没有。", "党章"),
    ("怎样上好党课", "从身边的事讲起，少念稿子，多留时间提问。", "方法"),
    ("一块黑板一盏灯", "晚上七点，老屋里的党课开讲了，来的人坐满三排。", "夜校"),
    ("讲课比赛的评分表", "内容、讲述、时间各占一份，最后请听众也打分。", "党课"),
    ("井冈山的清晨", "挑粮的小路上雾还没有散，山下传来鸡叫。", "革命"),
    ("窑洞里的灯光", "讲述延安精神怎样一代一代传下来。", "党史"),
    ("二十大报告里的新词", "把新词写在卡片上，一天记一个，周末互相考一考。", "学习"),
    ("理论宣讲进院坝", "宣讲员用方言讲二十大，老人也听得懂。", "宣讲"),
    ("三会一课怎么开", "一年的日子先排好，谁主持、谁记录写在墙上。", "会议"),
    ("党支部书记的一天", "早上开门，晚上关灯，中间走了九户人家。", "人物"),
    ("会议本上的三种颜色", "三会一课的记录用红蓝黑三种笔，查起来一眼看清。", "党务"),
    ("读懂马克思主义的入门书", "一周读一章，读不懂的地方画一条线。", "读书"),
    ("书架上的一排旧书", "老师傅在工余读马克思主义，三年以后入了党。", "工厂"),
    ("违反规定会怎样", "纪律处分有哪几种，各管多长时间。", "党纪"),
    ("全面从严治党这几年", "吃喝少了，开会短了，办事的人在窗口里面。", "作风"),
    ("老区的革命歌谣", "歌里唱的是长征，老人用它教育下一代。", "歌谣"),
    ("乡村振兴的一本账", "多交的党费退回去，少记的工分补上来。", "账目"),
    ("廉政建设进家门", "好家风从饭桌上说起，也是最早的教育。", "廉洁"),
    ("志愿服务的第一百天", "大家在党旗下站成两排，重温入党誓词。", "青年"),
    ("网络时代的群众路线", "党群之间多了一块屏幕，话还是要当面说。", "网上教育"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the words by which its pages are told."""

    text: str
    words: tuple[str, ...]

    def pages(self) -> set[str]:
        """Return the numbers of the pages that hold every word."""
        return {
            str(number) for number, text in enumerate(TEXTS) if all(word in "\n".join(text) for word in self.words)
        }


# Questions by how many pages each has; the notes give no words for eight of those with one page.
WITH_ONE = "党员教育 党章 井冈山 延安精神 党支部书记 纪律处分 从严治党 长征 志愿服务 乡村振兴 入党誓词 廉政建设 群众路线 党费 家风"
COUNTED = {
    **dict.fromkeys(WITH_ONE.split(), 1),
    **dict.fromkeys(("二十大", "三会一课", "马克思主义", "革命"), 2),
    "党员 教育": 1,
    "党课": 3,
    "教育": 4,
    "党": 14,
}
LITERAL = tuple(Asked(text, tuple(text.split())) for text in COUNTED)
OTHERWISE = (Asked("網絡", ("网络",)), Asked("dangke", ("党课",)), Asked("廉正建设", ("廉政建设",)))


def documents() -> list[SearchDoc]:
    """Return the pages as documents that everybody may find."""
    return [
        SearchDoc(
            kind="lesson",
            pk=str(number),
            title=title,
            body=body,
            tags=(topic,),
            url="/",
            visibility=Visibility(public=True),
        )
        for number, (title, body, topic) in enumerate(TEXTS)
    ]


def in_traditional(text: str) -> str:
    """Write simplified characters as traditional ones, by OpenCC's table."""
    return text.translate(_traditional())


@cache
def _traditional() -> dict[int, str]:
    table = resources.files("opencc").joinpath("dictionary", "STCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines())
    return {ord(simplified): written.split(" ")[0] for simplified, written in pairs if len(simplified) == 1}


def in_pinyin(text: str) -> str:
    """Write each word as its syllables, joined."""
    from pypinyin import lazy_pinyin

    return " ".join("".join(lazy_pinyin(word, v_to_u=False)) for word in text.split())


def misheard(text: str) -> str:
    """Put another character with the same sound in the middle, the most usual one."""
    place = len(text) // 2
    return text[:place] + _sounding_alike(text[place]) + text[place + 1 :]


def _sounding_alike(character: str) -> str:
    from pypinyin import lazy_pinyin

    syllable = lazy_pinyin(character)
    return next(each for each in _usual_characters() if each != character and lazy_pinyin(each) == syllable)


@cache
def _usual_characters() -> list[str]:
    """Return characters, those first that most phrases of pypinyin's dictionary have."""
    from pypinyin.phrases_dict import phrases_dict

    uses = Counter("".join(phrases_dict))
    return sorted(uses, key=lambda character: (-uses[character], character))


def shortened(text: str) -> str:
    """Leave out the second character."""
    return text[:1] + text[2:]


def swapped(text: str) -> str:
    """Change places of the second and third character."""
    return text[0] + text[2] + text[1] + text[3:]
