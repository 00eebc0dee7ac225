"""What the county searched for lately, so that the report of searches and what is offered while one types have something to tell."""

from cms.demo.calendar import days_ago, living_at
from cms.portal.services import count_opened, count_question
from search.schema import Result

# What was asked, on how many of the last days, how often on each, how much was found and how often something was opened.
ASKED = (
    ("安全生产", 14, 3, 11, 2),
    ("三会一课", 9, 2, 6, 1),
    ("苹果树冬剪", 6, 1, 2, 1),
    ("党费", 5, 2, 4, 0),
    ("党员代会", 6, 1, 0, 0),
    ("垃圾分类", 5, 2, 0, 0),
    ("光伏", 4, 2, 0, 0),
)


def make_searches() -> int:
    """Let these be asked, and return how many questions that were; the index may still be growing meanwhile."""
    for text, days, times, hits, opened in ASKED:
        for day in range(days):
            with living_at(days_ago(day)):
                for _time in range(times):
                    count_question(text, Result(hits=(), total=hits, engine="embedded"))
                for _time in range(opened):
                    count_opened(text)
    return sum(days * times for _text, days, times, _hits, _opened in ASKED)
