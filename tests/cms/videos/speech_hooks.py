"""Functions in the place of one that recognises speech: as they should be, and as they should not."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

Heard = Iterator[tuple[float, float, str]]


def good(audio: Path, language: str) -> Heard:
    """Hear two sentences, and what sound and language were given."""
    sys.stdout.write("loading the model\n")
    yield 0.5, 1.25, f"{audio.read_text()} {language}"
    yield 1.25, 2.0, "再抬头"


def hostile(_audio: Path, _language: str) -> Heard:
    """Give what no caption is, and write past the list as well."""
    os.write(1, b'[0, 1, "by the wrong door"]\n')
    yield 1.5, 99.0, "<b>先看</b> &lt;i&gt;杆基\x00\n\n00:00:01.000 --> 00:00:02.000\n假的"
    yield 1.0, 0.5, "反"
    yield float("nan"), float("inf"), "无"
    yield -1.0, 1.0, "早"
    yield 50.0, 51.0, "晚"
    yield 0.0, 1.0, " "


def endless(_audio: Path, _language: str) -> Heard:
    """Never stop hearing something."""
    while True:
        yield 0.0, 1.0, "啊" * 5000


def crashing(_audio: Path, _language: str) -> Heard:
    """Fall over after the first sentence."""
    yield 0.0, 1.0, "一"
    raise RuntimeError("no model here")


def slow(_audio: Path, _language: str) -> Heard:
    """Hear nothing for a long time."""
    time.sleep(60)
    return iter(())


def deaf(_audio: Path, _language: str) -> Heard:
    """Hear nothing at all."""
    return iter(())


def curious(_audio: Path, _language: str) -> Heard:
    """Tell what the process knows."""
    yield 0.0, 1.0, " ".join(sorted(os.environ))
    yield 1.0, 2.0, str(os.nice(0)) + " " + str("django" in sys.modules)
