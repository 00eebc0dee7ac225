"""Whether bytes are missing at a file's end, by what it says of its own length."""

from pathlib import Path

import pytest

from media_pipeline.probe_boxes import is_cut_short

HEADER = 8


@pytest.mark.parametrize(
    ("promised", "there", "cut"),
    [
        (10_000, 10_000, False),
        (10_008, 10_000, False),
        (10_102, 10_000, True),
        (9_000, 10_000, False),
        (100_000_000, 99_940_000, False),
        (100_000_000, 99_930_000, True),
    ],
)
def test_an_avi_may_count_a_few_bytes_too_many(tmp_path: Path, promised: int, there: int, *, cut: bool) -> None:
    file = tmp_path / "old.avi"
    file.write_bytes(b"RIFF" + (promised - HEADER).to_bytes(4, "little") + b"AVI ")
    with file.open("r+b") as whole:
        whole.truncate(there)
    assert is_cut_short(file, "avi") is cut


def test_an_index_of_mp4_is_exact(tmp_path: Path) -> None:
    file = tmp_path / "phone.mp4"
    file.write_bytes((1000).to_bytes(4, "big") + b"moov" + bytes(992))
    assert not is_cut_short(file, "mov")
    file.write_bytes(file.read_bytes()[:-1])
    assert is_cut_short(file, "mov")
