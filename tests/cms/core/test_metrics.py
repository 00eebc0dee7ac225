"""What is counted costs nothing before somebody counts."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_command_that_counts_nothing_needs_no_folder_and_leaves_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    done = subprocess.run(
        [sys.executable, "-c", "import cms.core.metrics"],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, folder.exists()) == (0, "", False)
