"""What of a question may be written down: words that others may use as well, and nothing by which a person is known."""

import re

from search.analysis import MAX_QUERY_CHARS, fold, runs

# What is longer is no word for which there could be another, but something that was pasted or told.
ASKED_CHARS = 32
_DIGITS = str.maketrans("零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖", "0001" + "123456789" * 2)
# Of a telephone, an identity card, a code that was sent: however it is grouped, and in whatever characters it is written.
_LONG_NUMBER = re.compile(r"(?:\d\s?){6,}")
# A name at some service, a token, the number of a passport or a delivery.
_TOKEN = re.compile(r"(?=[a-z]*\d)[a-z\d]{12,}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]\s?[a-z]\s?[a-z\d]{4,5}[a-z\d学警港澳挂领]"
)


def kept_text(text: str) -> str:
    """Return the folded letters, characters and digits of a question, a space for whatever stood between.

    Nothing of one that has none, that is longer than a name of something, or that may hold the number, address, token or
    plate of somebody.
    """
    folded = fold(text[:MAX_QUERY_CHARS])
    written = runs(folded)
    kept = " ".join(dict.fromkeys(written))
    if len(text) > MAX_QUERY_CHARS or len(" ".join(written)) > ASKED_CHARS or "@" in folded:
        return ""
    return "" if may_name_somebody(folded) or may_name_somebody(kept) else kept


def may_name_somebody(folded: str) -> bool:
    """Tell whether a number, a token or a plate may stand in a folded text, whatever signs and marks stand between."""
    told = "".join(_plain(character) for character in folded.translate(_DIGITS))
    return any(pattern.search(told) for pattern in (_LONG_NUMBER, _TOKEN, _PLATE))


def _plain(character: str) -> str:
    """Return a letter, a digit or a space as it is and nothing of signs and marks."""
    return character if character.isalnum() or character.isspace() else ""
