import json
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

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
    assert not (tmp_path / commands.RAW_PLAYLIST).exists()


def test_a_list_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert package.read_playlist(tmp_path / "index.m3u8") == package.Segments(names=(), durations=(), ended=False)


def test_the_master_names_codecs_sizes_and_rates() -> None:
    variant = package.Variant(rung=RUNG, bandwidth=900_000, average=700_000, codec="avc1.64001f")

    with_sound = package.master_playlist([variant], fps=29.97, audio=True)
    without = package.master_playlist([variant], fps=29.97, audio=False)

    assert (
        "#EXT-X-STREAM-INF:BANDWIDTH=1040800,AVERAGE-BANDWIDTH=840800,"
        'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio"\n480p/index.m3u8\n'
    ) in with_sound
    assert 'URI="audio/index.m3u8"' in with_sound
    assert "AUDIO" not in without
    assert 'CODECS="avc1.64001f"' in without


def test_the_codec_is_read_from_the_init_segment() -> None:
    assert package.avc_codec(b"....avcC\x01\x64\x00\x1f\xff") == "avc1.64001f"
    with pytest.raises(PipelineError):
        package.avc_codec(b"no configuration")


def drawn(path: Path, *, light: int, detail: bool) -> Path:
    picture = Image.new("RGB", (320, 180), (light, light, light))
    if detail:
        pen = ImageDraw.Draw(picture)
        for x in range(0, 320, 16):
            pen.rectangle((x, x // 4, x + 8, 170), fill=(200, 80 + x // 4, 40))
    picture.save(path, quality=90)
    return path


def test_the_poster_is_neither_black_nor_blank(tmp_path: Path) -> None:
    black = drawn(tmp_path / "1.jpg", light=0, detail=False)
    white = drawn(tmp_path / "2.jpg", light=255, detail=False)
    telling = drawn(tmp_path / "3.jpg", light=120, detail=True)

    package.choose_poster([black, white, telling], tmp_path / "poster.jpg")

    with Image.open(tmp_path / "poster.jpg") as poster:
        assert poster.convert("RGB").getpixel((4, 100)) != (0, 0, 0)
        assert len(poster.convert("RGB").quantize(16).getcolors() or []) > 2


def test_every_tile_is_named_with_its_place(tmp_path: Path) -> None:
    tiles = [drawn(tmp_path / f"tile{place:02}.jpg", light=place * 20, detail=False) for place in range(12)]

    package.make_sprite(tiles, tmp_path / "sprite.jpg", tmp_path / "sprite.vtt", seconds=1.0, total_s=11.5)

    cues = (tmp_path / "sprite.vtt").read_text().strip().split("\n\n")
    assert cues[0] == "WEBVTT"
    assert cues[1] == "00:00:00.000 --> 00:00:01.000\nsprite.jpg#xywh=0,0,320,180"
    assert cues[12] == "00:00:11.000 --> 00:00:11.500\nsprite.jpg#xywh=320,180,320,180"
    with Image.open(tmp_path / "sprite.jpg") as sheet:
        assert sheet.size == (3200, 360)


def test_no_pictures_at_all_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(PipelineError):
        package.choose_poster([], tmp_path / "poster.jpg")
    with pytest.raises(PipelineError):
        package.make_sprite([], tmp_path / "s.jpg", tmp_path / "s.vtt", seconds=1, total_s=1)


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
