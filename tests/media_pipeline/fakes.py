"""Programs that stand in for ffmpeg and misbehave where it encodes; elsewhere (listening, wrapping) they become it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from media_pipeline import run

BEGINNING = """#!{python} -IS
import os, signal, subprocess, sys, time
from pathlib import Path
MARK, REAL = {mark!r}, {real!r}
if not any(word.endswith('.m3u8') for word in sys.argv):
    os.execv(REAL, [REAL, *sys.argv[1:]])
"""
HANGS = "time.sleep(600)"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
FLOODS = "noise = b'error ' * 20_000\nwhile True:\n    os.write(2, noise)"
FLOODS_PROGRESS = "noise = b'x' * 100_000\nwhile True:\n    os.write(1, noise)"
SILENT = "os.close(1)\nos.close(2)\ntime.sleep(600)"
NOTHING = "sys.exit(0)"
ONLY_TELLS = """
for number in range(100_000):
    os.write(1, b'out_time_us=%d\\nprogress=continue\\n' % (number * 1000))
    time.sleep(0.05)
"""
CRASHES = """
real = subprocess.Popen([REAL, *sys.argv[1:]])
while real.poll() is None and sum(1 for _ in Path().glob('*/seg*.m4s')) < 3:
    time.sleep(0.01)
real.kill()
os.kill(os.getpid(), signal.SIGSEGV)
"""
# The disk fills up while it works.
FILLS = """
with open('filler', 'wb', buffering=0) as filler:
    try:
        while filler.write(bytes(4096)):
            pass
    except OSError:
        pass
os.execv(REAL, [REAL, *sys.argv[1:]])
"""
# A child of its own that keeps the pipes open, and ends when nobody ends it.
LEAVES_A_CHILD = "subprocess.Popen([sys.executable, '-IS', '-c', 'import time; time.sleep(600)', MARK])\nsys.exit(0)"


class Fakes:
    """Makes the engine use such a program in place of ffmpeg, each marked on its command line."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.program = folder / "ffmpeg"

    def use(self, body: str, *, patiently: bool = True) -> None:
        """Use a program with this body, and little patience unless a busy machine is to be waited for."""
        real = run.ffmpeg_binary()
        text = BEGINNING.format(python=sys.executable, mark=str(self.program), real=real) + body + "\n"
        self.program.write_text(text)
        self.program.chmod(0o700)
        self.monkeypatch.setenv("FFMPEG_BINARY", str(self.program))
        run.ffmpeg_binary.cache_clear()
        if not patiently:
            self.monkeypatch.setattr(run, "STALL_S", 0.5)
            self.monkeypatch.setattr(run, "patience_for", lambda _seconds: 1.5)

    def back_to_real(self) -> None:
        """Use ffmpeg itself again."""
        self.monkeypatch.undo()
        run.ffmpeg_binary.cache_clear()

    def alive(self) -> list[int]:
        """Return the processes that carry the mark."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes()
            except OSError:
                continue
            if str(self.program).encode() in line:
                found.append(int(entry.parent.name))
        return found


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
