"""Options of a question as lines that a person can read and change (pure).

One option a line; a star before it, as in `* 杆基`, marks it right.
"""

from collections.abc import Sequence

RIGHT = "*"
# Stars as Chinese keyboards make them, and ticks as people paste them.
MARKS = ("*", "＊", "★", "√", "✓", "✔")


def format_options(options: Sequence[str], answer: Sequence[int]) -> str:
    """Return stored options as lines, the right ones marked."""
    return "\n".join(f"{RIGHT} {text}" if n in set(answer) else text for n, text in enumerate(options))


def parse_options(text: str) -> tuple[list[str], list[int]]:
    """Return the options of typed lines and the positions of the marked ones; empty lines are left out."""
    options: list[str] = []
    answer: list[int] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        words = line.lstrip("".join(MARKS)).strip()
        if not words:
            continue
        if line.startswith(MARKS):
            answer.append(len(options))
        options.append(words)
    return options, answer
