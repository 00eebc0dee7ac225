from dataclasses import replace
from pathlib import Path

import pytest

from media_pipeline import commands, spec
from media_pipeline.plan import plan
from tests.media_pipeline.test_plan import shown, source_of

FILE = Path("/in/film.mp4")
OUT = Path("/out")
LOUD = spec.Loudness(lufs=-22.0, gain_db=6.0)


def after(argv: list[str], option: str) -> str:
    return argv[argv.index(option) + 1]


def every_argv(source: spec.Source) -> list[list[str]]:
    made = plan(source)
    all_of_them = [
        commands.first_play_argv(FILE, source, made, OUT, LOUD),
        commands.ladder_argv(FILE, source, made, OUT, stills_dir=OUT, loudness=LOUD),
    ]
    if source.audio:
        all_of_them.append(commands.measure_argv(FILE, source))
    if made.lane == "remux":
        all_of_them.append(commands.copy_argv(FILE, source, made, OUT))
    return all_of_them


SOURCES = {
    "copied": shown(1280, 720, reasons=()),
    "encoded": shown(1080, 1920),
    "hdr": shown(1080, 1920, hdr="hlg", transfer="arib-std-b67", primaries="bt2020", matrix="bt2020nc"),
    "mute": source_of(audio=False),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_stranger_s_file_is_only_opened_behind_bars(name: str) -> None:
    for argv in every_argv(SOURCES[name]):
        opened = argv[: argv.index("-i")]
        assert argv.count("-i") == 1
        assert "-nostdin" in opened
        assert after(opened, "-f") == "mov"
        assert after(opened, "-protocol_whitelist") == "file,pipe"
        assert after(opened, "-format_whitelist").split(",")[0] == "mov"
        assert after(opened, "-max_pixels") == "36000000"


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_private_is_carried_over(name: str) -> None:
    for argv in every_argv(SOURCES[name]):
        outputs = argv.count("-map_metadata")
        assert outputs == argv.count("-map_chapters") == argv.count("+bitexact") / 2
        assert "-1" in argv or "null" in argv
        mapped = [argv[place + 1] for place, part in enumerate(argv) if part == "-map"]
        assert all(stream.startswith("[") or stream == "0:0" for stream in mapped)


def test_one_decoding_feeds_every_output() -> None:
    source = SOURCES["encoded"]

    argv = commands.ladder_argv(FILE, source, plan(source), OUT, stills_dir=OUT, loudness=LOUD)

    assert [part for part in argv if part.startswith("/out/") and "seg" not in part] == [
        "/out/1080p/growing.m3u8",
        "/out/720p/growing.m3u8",
        "/out/poster%03d.jpg",
        "/out/480p/growing.m3u8",
        "/out/360p/growing.m3u8",
        "/out/240p/growing.m3u8",
        "/out/tile%05d.jpg",
        "/out/audio/growing.m3u8",
        "/out/audio_low/growing.m3u8",
    ]
    graph = after(argv, "-filter_complex")
    assert graph.count("[0:0]") == graph.count("[0:1]") == 1
    assert argv.count("libx264") == 5
    assert argv.count("aac") == 2


def test_all_rungs_get_their_key_frames_at_the_same_instants() -> None:
    source = SOURCES["encoded"]

    argv = commands.ladder_argv(FILE, source, plan(source), OUT, stills_dir=OUT, loudness=LOUD)

    forced = {argv[place + 1] for place, part in enumerate(argv) if part == "-force_key_frames"}
    assert forced == {"expr:gte(t+0.000000,if(lt((n_forced+0),2),(n_forced+0)*2,((n_forced+0)-1)*4)-0.001)"}
    assert argv.count("-sc_threshold") == 5


def test_a_second_run_leaves_out_the_pictures_that_are_there_and_none_of_the_sound() -> None:
    source = SOURCES["encoded"]
    made = plan(source)
    start = spec.Start(segment=4, frame=int(12 * made.fps))

    argv = commands.ladder_argv(FILE, source, made, OUT, stills_dir=OUT, loudness=LOUD, start=start)

    assert argv.count("-i") == 1
    assert "aac" not in argv
    assert [argv[place + 1] for place, part in enumerate(argv) if part == "-ss"] == ["11.000000"]
    graph = argv[argv.index("-filter_complex") + 1]
    assert f"trim=start_frame={int(made.fps)}" in graph
    offsets = [argv[place + 1] for place, part in enumerate(argv) if part == "-output_ts_offset"]
    assert offsets == ["12.000000"] * len(made.rungs)
    options = [argv[place + 1] for place, part in enumerate(argv) if part == "-hls_segment_options"]
    assert options == ["movflags=+frag_discont:fragment_index=5"] * len(made.rungs)


def test_the_cuts_of_a_copied_rung_are_taken_over_by_the_others() -> None:
    source = SOURCES["copied"]

    argv = commands.ladder_argv(FILE, source, plan(source), OUT, stills_dir=OUT, loudness=LOUD, cuts=(0.0, 2.5, 6.0))

    assert after(argv, "-force_key_frames") == "0.000000,2.483333,5.983333"
    assert after(argv, "-hls_time") == "0.1"
    assert "/out/720p/growing.m3u8" not in argv


def test_hdr_is_made_small_before_it_is_tone_mapped() -> None:
    source = SOURCES["hdr"]

    graph = after(commands.first_play_argv(FILE, source, plan(source), OUT, LOUD), "-filter_complex")

    assert graph.index("scale=360:640") < graph.index("tonemap=mobius") < graph.index("t=bt709")
    assert "color_trc=arib-std-b67" in graph


def test_plain_pictures_are_not_tone_mapped() -> None:
    for argv in every_argv(SOURCES["encoded"]):
        assert not any("tonemap" in part for part in argv)


def test_a_copied_picture_is_not_touched() -> None:
    source = SOURCES["copied"]

    argv = commands.copy_argv(FILE, source, plan(source), OUT)

    assert after(argv, "-c:v") == "copy"
    assert "-filter_complex" not in argv


def test_quiet_sound_is_lifted_and_its_peaks_are_held() -> None:
    source = SOURCES["encoded"]

    lifted = after(commands.first_play_argv(FILE, source, plan(source), OUT, LOUD), "-filter_complex")
    left_alone = after(
        commands.first_play_argv(FILE, source, plan(source), OUT, spec.Loudness(lufs=None)), "-filter_complex"
    )

    assert "volume=6.00dB" in lifted
    assert "alimiter" in lifted
    assert "volume" not in left_alone


def test_large_pictures_are_decoded_by_few_threads() -> None:
    ordinary = SOURCES["encoded"].video
    upright = replace(ordinary, width=3840, height=2160, display_width=2160, display_height=3840)
    panorama = replace(ordinary, width=8192, height=1080, display_width=8192, display_height=1080)
    for video, first, ladder in ((ordinary, "4", "4"), (upright, "2", "1"), (panorama, "2", "1")):
        source = replace(SOURCES["encoded"], video=video)
        made = plan(source)
        whole = commands.ladder_argv(FILE, source, made, OUT, stills_dir=OUT, loudness=LOUD)
        assert after(commands.first_play_argv(FILE, source, made, OUT, LOUD), "-threads") == first
        assert (after(whole, "-threads"), whole.count("-i")) == (ladder, 1)


def test_only_a_piece_is_listened_to_when_asked() -> None:
    assert after(commands.measure_argv(FILE, SOURCES["encoded"], seconds=20), "-t") == "20"


def test_listening_to_a_mute_film_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no sound"):
        commands.measure_argv(FILE, SOURCES["mute"])


def test_files_that_play_while_they_load_have_their_index_first() -> None:
    film, sound = Path("/film.mp4"), Path("/sound.mp4")

    argv = commands.wrap_argv({Path("/both.mp4"): [film, sound], Path("/heard.m4a"): [sound]})

    assert argv.count("+faststart") == 2
    assert [argv[place + 1] for place, part in enumerate(argv) if part == "-map"] == ["0:0", "1:0", "1:0"]
    assert [part for part in argv if part in {"mp4", "/both.mp4", "ipod", "/heard.m4a"}] == [
        "mp4",
        "/both.mp4",
        "ipod",
        "/heard.m4a",
    ]


@pytest.mark.parametrize(("seconds", "tiles"), [(3.0, 3), (99.0, 99), (3600.0, 99)])
def test_there_are_never_more_than_a_hundred_tiles(seconds: float, tiles: int) -> None:
    source = shown(1280, 720)
    longer = spec.Source(container="mp4", duration_s=seconds, video=source.video, audio=None)
    made = plan(source)

    frames = int(seconds * made.fps)

    assert abs(-(-frames // commands.tile_step(longer, made)) - tiles) <= 1
