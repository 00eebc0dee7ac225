import json
import os
from pathlib import Path

import pytest

from media_pipeline import commands, package, spec
from media_pipeline.errors import PipelineError

RUNG = spec.Rung(name="480p", width=854, height=480, max_bitrate=1_100_000)
RAW = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2.000000,\nseg00000.m4s\n'


def test_a_growing_list_keeps_its_target_and_starts_at_the_beginning(tmp_path: Path) -> None:
    (tmp_path / commands.RAW_PLAYLIST).write_text(RAW)

    package.publish_playlist(tmp_path, target_s=4, growing=True)

    assert (tmp_path / "index.m3u8").read_text().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:4",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init.mp4"',
        "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES",
        "#EXTINF:2.000000,",
        "seg00000.m4s",
    ]


def test_a_closed_list_tells_its_longest_segment(tmp_path: Path) -> None:
    (tmp_path / commands.RAW_PLAYLIST).write_text(RAW + "#EXTINF:4.004000,\nseg00001.m4s\n#EXT-X-ENDLIST\n")

    segments = package.close_playlist(tmp_path)

    text = (tmp_path / "index.m3u8").read_text()
    assert segments.starts == (0.0, 2.0)
    assert segments.ended
    assert "#EXT-X-TARGETDURATION:4\n" in text
    assert "#EXT-X-PLAYLIST-TYPE:VOD\n" in text
    assert text.endswith("#EXT-X-ENDLIST\n")
    # What ffmpeg listed stays until all is well: an attempt that ends before that goes on from it.
    assert (tmp_path / commands.RAW_PLAYLIST).exists()
    package.forget_lists(tmp_path)
    assert not (tmp_path / commands.RAW_PLAYLIST).exists()


def test_a_list_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert package.read_playlist(tmp_path / "index.m3u8") == package.Segments(names=(), durations=(), ended=False)


def test_the_master_names_codecs_sizes_and_rates() -> None:
    variant = package.Variant(rung=RUNG, bandwidth=900_000, average=700_000, codec="avc1.64001f", fps=29.97)

    with_sound = package.master_playlist([variant], package.FULL_SOUND)
    without = package.master_playlist([variant], None)

    assert (
        "#EXT-X-STREAM-INF:BANDWIDTH=1040800,AVERAGE-BANDWIDTH=828000,"
        'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio"\n480p/index.m3u8\n'
    ) in with_sound
    assert 'URI="audio/index.m3u8"' in with_sound
    assert "AUDIO" not in without
    assert 'CODECS="avc1.64001f"' in without


def pieces(folder: Path, *seconds: float) -> None:
    names = [f"seg{place:05}.m4s" for place in range(len(seconds))]
    for name in names:
        (folder / name).write_text(f"<{name[3:8]}>")
    listed = package.Segments(names=tuple(names), durations=seconds, ended=True)
    text = package.media_playlist(listed, target_s=3, growing=False)
    (folder / commands.RAW_PLAYLIST).write_text(text)


def test_a_copied_picture_gets_segments_as_long_as_the_others_have(tmp_path: Path) -> None:
    pieces(tmp_path, 1.001, 1.001, 2.002, 2.002, 5.0, 1.0)

    merged = package.merge_pieces(tmp_path)

    assert merged.durations == (2.002, 4.004, 5.0, 1.0)
    assert merged.starts == pytest.approx((0.0, 2.002, 6.006, 11.006))
    assert {path.name: path.read_text() for path in tmp_path.glob("seg*")} == {
        "seg00000.m4s": "<00000><00001>",
        "seg00001.m4s": "<00002><00003>",
        "seg00002.m4s": "<00004>",
        "seg00003.m4s": "<00005>",
    }
    assert package.read_playlist(tmp_path / commands.RAW_PLAYLIST) == merged


def test_the_list_of_an_attempt_goes_on_where_its_numbers_say(tmp_path: Path) -> None:
    def note(name: str, numbers: range) -> None:
        listed = package.Segments(
            names=tuple(f"seg{number:05}.m4s" for number in numbers), durations=(4.0,) * len(numbers), ended=False
        )
        text = package.media_playlist(listed, target_s=4, growing=True)
        (tmp_path / name).write_text(text.replace("SEQUENCE:0", f"SEQUENCE:{numbers.start}"))

    note(package.KEPT, range(5))
    assert len(package.made(tmp_path).names) == 5
    note(commands.RAW_PLAYLIST, range(5, 7))
    assert package.made(tmp_path).names[-2:] == ("seg00005.m4s", "seg00006.m4s")
    assert len(package.made(tmp_path).names) == 7
    # The sound begins again from its beginning: until it has come as far, what is there stays listed.
    note(commands.RAW_PLAYLIST, range(3))
    assert len(package.made(tmp_path).names) == 5
    note(commands.RAW_PLAYLIST, range(6))
    assert len(package.made(tmp_path).names) == 6


def test_the_codec_is_read_from_the_init_segment() -> None:
    assert package.avc_codec(b"....avcC\x01\x64\x00\x1f\xff") == "avc1.64001f"
    with pytest.raises(PipelineError):
        package.avc_codec(b"no configuration")


def test_a_new_result_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "result.json").write_text(json.dumps({"ok": False}))
    draft = package.draft_folder(target)
    (draft / "master.m3u8").write_text("new")

    package.publish_folder(draft, target)

    assert [path.name for path in target.iterdir()] == ["master.m3u8"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_process_left_is_swept_and_a_living_one_s_work_stays(tmp_path: Path) -> None:
    for name in (".out.part-999999999", ".out.old-999999999", f".out.part-{os.getppid()}", ".other.part-999999999"):
        (tmp_path / name).mkdir()

    package.draft_folder(tmp_path / "out")

    assert {path.name for path in tmp_path.iterdir()} == {
        f".out.part-{os.getpid()}",
        f".out.part-{os.getppid()}",
        ".other.part-999999999",
    }


def test_a_folder_nothing_was_made_in_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as failed:
        package.close_playlist(tmp_path)

    assert failed.value.code == "encoder_failed"


def test_a_folder_of_somebody_else_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(PipelineError) as refused:
        package.draft_folder(tmp_path)

    assert refused.value.code == "output_exists"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
