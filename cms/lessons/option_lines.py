r"""Options of a question as lines that a person can read and change (pure).

One option a line; a star before it, as in `* 杆基`, marks it right. An option that itself begins with a mark has a
backslash before it, as in `\* 号标志`.
"""

import re
from collections.abc import Sequence

RIGHT = "*"
# Stars as Chinese keyboards make them, and ticks as people paste them.
MARKS = "*＊★√✓✔"
RIGHT_MARKS = tuple(MARKS)
# What a browser sends between lines; anything else that some call a line's end belongs to the option.
LINE_END = re.compile(r"\r\n?|\n")
WRITTEN_AS_IS = re.compile(rf"\\+[{re.escape(MARKS)}]")


def format_options(options: Sequence[str], answer: Sequence[int]) -> str:
    """Return stored options as lines, the right ones marked; `parse_options` gives the same back."""
    return "\n".join(
        f"{RIGHT} {written(text)}" if n in set(answer) else written(text) for n, text in enumerate(options)
    )


def parse_options(text: str) -> tuple[list[str], list[int]]:
    """Return the options of typed lines and the positions of the marked ones; empty lines are left out."""
    options: list[str] = []
    answer: list[int] = []
    for line in filter(None, (line.strip() for line in LINE_END.split(text))):
        words = line.lstrip(MARKS).strip()
        if not words:
            continue
        if line.startswith(RIGHT_MARKS):
            answer.append(len(options))
        options.append(words[1:] if WRITTEN_AS_IS.match(words) else words)
    return options, answer


def written(text: str) -> str:
    """Return an option so that its own first character is not taken for a mark."""
    return f"\\{text}" if text.lstrip("\\").startswith(RIGHT_MARKS) else text
