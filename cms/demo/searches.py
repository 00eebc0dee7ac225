"""What the county searched for lately, so that the report of searches and what is offered while one types have something to tell."""

from cms.demo.calendar import days_ago, living_at
from cms.portal.services import count_opened, count_question
from search.schema import Result

# What was asked, on how many of the last days, by how many on each, how much was found and how many opened something.
ASKED = (
    ("安全生产", 4, 9, 11, 5),
    ("三会一课", 3, 7, 6, 3),
    ("苹果树冬剪", 2, 6, 2, 3),
    ("党费", 2, 6, 4, 0),
    ("党员代会", 1, 6, 0, 0),
    ("垃圾分类", 2, 6, 0, 0),
    ("光伏", 1, 7, 0, 0),
)


def make_searches() -> int:
    """Let these be asked, and return how many questions that were; the index may still be growing meanwhile."""
    for text, days, people, hits, opened in ASKED:
        for day in range(days):
            with living_at(days_ago(day)):
                for person in range(people):
                    count_question(text, Result(hits=(), total=hits, engine="embedded"), asker=f"demo{person}")
                for person in range(opened):
                    count_opened(text, asker=f"demo{person}")
    return sum(days * people for _text, days, people, _hits, _opened in ASKED)
