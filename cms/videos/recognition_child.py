"""Runs in a limited child process: asks the site's own function what is said, and prints it line by line.

`python -m cms.videos.recognition_child package.module:function audio.m4a zh-Hans`. The function gets the path of the sound
and the language, and gives or yields (start in seconds, end in seconds, text).
"""

import importlib
import json
import os
import sys
from itertools import islice
from pathlib import Path

from cms.videos.captions import MAX_CUES, MAX_TEXT


def main() -> None:
    hook, audio, language = sys.argv[1:]
    # Whatever the function and its libraries print is no result.
    results = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", buffering=1)
    os.dup2(2, 1)
    module, _, name = hook.partition(":")
    recognise = getattr(importlib.import_module(module), name)
    # One more than are kept, so that too many are refused and not cut off.
    for start, end, text in islice(recognise(Path(audio), language), MAX_CUES + 1):
        results.write(json.dumps([float(start), float(end), str(text)[:MAX_TEXT]], ensure_ascii=False) + "\n")
    results.close()


if __name__ == "__main__":
    main()
