import pytest

from cms.videos.checks import Recording, findings
from cms.videos.handlers.ladder import checked_again
from cms.videos.messages import CHECKS, SENTENCES, check_sentence, sentence_for
from cms.videos.models import Video
from media_pipeline.errors import CODES
from media_pipeline.spec import Result

GOOD = {
    "duration_s": 300.0,
    "width": 1920,
    "height": 1080,
    "fps": 30.0,
    "has_audio": True,
    "measured": True,
    "loudness_lufs": -16.0,
}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"duration_s": 119.0}, ["length_short"]),
        ({"duration_s": 120.0}, []),
        ({"duration_s": 600.0}, []),
        ({"duration_s": 601.0}, ["length_long"]),
        ({"has_audio": False, "loudness_lufs": None}, ["no_audio"]),
        ({"loudness_lufs": None}, ["silent"]),
        ({"measured": False, "loudness_lufs": None}, []),
        ({"loudness_lufs": -32.1}, ["quiet"]),
        ({"loudness_lufs": -32.0}, []),
        ({"loudness_lufs": -9.0}, []),
        ({"loudness_lufs": -8.9}, ["loud"]),
        ({"width": 1080, "height": 1920, "rotation": 90}, ["portrait"]),
        ({"width": 1080, "height": 1080}, []),
        ({"rotation": 180}, ["turned"]),
        ({"rotation": 90}, ["turned"]),
        ({"width": 640, "height": 360}, ["small_picture"]),
        ({"fps": 12.0, "width": 320, "height": 240}, ["small_picture", "low_frame_rate"]),
    ],
)
def test_what_is_worth_saying_about_a_recording(change: dict[str, object], codes: list[str]) -> None:
    found = findings(Recording(**{**GOOD, **change}))  # type: ignore[arg-type]  # a table of mixed values
    assert [finding["code"] for finding in found] == codes
    assert all(check_sentence(code) for code in codes)


def test_every_code_of_the_engine_has_a_sentence_for_people() -> None:
    assert sorted(set(CODES) - set(SENTENCES)) == []


def test_no_sentence_shouts() -> None:
    assert not [text for text in [*SENTENCES.values(), *CHECKS.values()] if "!" in str(text)]


def test_an_unknown_code_gets_the_general_sentence() -> None:
    assert sentence_for("nobody_knows") == sentence_for("internal")


@pytest.mark.parametrize(("sent", "codes"), [(-40.0, ["quiet"]), (-5.0, ["loud"]), (-20.0, []), (None, ["silent"])])
def test_the_sound_is_judged_as_it_was_sent_and_not_as_the_engine_made_it(
    sent: float | None, codes: list[str]
) -> None:
    video = Video(width=1920, height=1080, source={"video": {"fps": 30.0, "rotation": 0}})
    made = Result(duration_s=300.0, lane="encode", audio=True, loudness_lufs=-16.0, source_lufs=sent)
    assert [check["code"] for check in checked_again(video, made)] == codes
