from pathlib import Path

import av

from media_pipeline import probe, scenery
from tests.media_pipeline.looking import picture_of


def test_the_typeface_has_the_words_of_our_lessons() -> None:
    font = scenery.title_font(40)
    missing = font.getmask("\uffff").getbbox()
    words = "红船精神从一条小船出发田埂上的党课支部书记讲师微课亮做悟乡村振兴枫桥经验:,。《》12ab"

    assert [sign for sign in words if font.getmask(sign).getbbox() in {None, missing}] == []


def test_a_long_title_stays_on_its_card() -> None:
    card = scenery.title_card(360, 640, "把党课讲到田埂上:一位驻村第一书记和他的三百个夜晚以及那条终于修通的路")

    assert card.size == (360, 640)
    ink = card.getchannel("A").getbbox()
    assert ink is not None
    assert ink[0] > 0
    assert ink[2] < 360
    assert ink[3] < 640


def test_the_same_seed_paints_the_same_scene_and_another_seed_another(tmp_path: Path) -> None:
    painted = []
    for place, seed in enumerate((4, 4, 5)):
        folder = tmp_path / str(place)
        folder.mkdir()
        layers = scenery.paint(folder, width=160, height=90, title="一", seed=seed)
        painted.append(layers.sky.read_bytes() + layers.hills[0].read_bytes())

    assert painted[0] == painted[1] != painted[2]


def test_a_clip_moves_and_can_be_heard(plain_clip: Path) -> None:
    with av.open(str(plain_clip)) as container:
        pictures = [picture_of(frame).resize((32, 18)) for frame in container.decode(video=0)]
    with av.open(str(plain_clip)) as container:
        loudest = max(max(memoryview(bytes(frame.planes[0])).cast("f")) for frame in container.decode(audio=0))

    assert pictures[0].tobytes() != pictures[-1].tobytes()
    assert 0.05 < loudest < 0.6


def test_the_phone_clip_is_as_awkward_as_a_real_one(phone_clip: Path) -> None:
    source = probe.probe(phone_clip)

    assert (source.video.codec, source.video.hdr, source.video.fps_mode, source.video.rotation) == (
        "hevc",
        "hlg",
        "vfr",
        90,
    )
    with av.open(str(phone_clip)) as container:
        assert container.metadata["com.apple.quicktime.location.ISO6709"] == "+30.2741+120.1551+012.0/"
