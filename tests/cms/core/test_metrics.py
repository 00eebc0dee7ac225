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


def test_a_command_that_counts_makes_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    code = "from cms.core.metrics import observe_upload; observe_upload(7, checksum='none')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "WEIKE_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, [file.suffix for file in folder.iterdir()]) == (0, "", [".db"])
