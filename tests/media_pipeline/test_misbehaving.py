"""ffmpeg replaced by programs that misbehave: a code for each, in bounded time and memory, and nothing left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from media_pipeline import engine, run, samples
from media_pipeline.errors import PipelineError
from tests.media_pipeline import fakes
from tests.media_pipeline.fakes import Fakes

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(60)]
# What a flood of a second would be, were it kept, is far more.
KEPT_BYTES = 48 << 20


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second that has to be encoded anew, with sound."""
    return samples.make_sample(
        tmp_path_factory.mktemp("clip") / "clip.mp4", title="试", seconds=1, width=64, height=48, codec="hevc"
    )


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fakes]:
    fakes = Fakes(tmp_path, monkeypatch)
    yield fakes
    fakes.back_to_real()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(fakes.HANGS, "stalled", id="hangs"),
        pytest.param(fakes.DEAF, "stalled", id="ignores every request to end"),
        pytest.param(fakes.FLOODS, "stalled", id="floods standard error"),
        pytest.param(fakes.FLOODS_PROGRESS, "stalled", id="floods standard output"),
        pytest.param(fakes.SILENT, "stalled", id="closes its pipes and stays"),
        pytest.param(fakes.NOTHING, "encoder_failed", id="says all is well and made nothing"),
        pytest.param(fakes.ONLY_TELLS, "timeout", id="tells of progress and makes nothing"),
        pytest.param(fakes.CRASHES, "encoder_failed", id="crashes after some segments"),
        pytest.param(fakes.LEAVES_A_CHILD, "encoder_failed", id="leaves a child behind"),
    ],
)
def test_a_program_that_misbehaves_gets_a_code_and_leaves_nothing(
    fake: Fakes, clip: Path, tmp_path: Path, body: str, code: str
) -> None:
    fake.use(body, patiently=code == "encoder_failed")
    held = fakes.resident_bytes()

    with pytest.raises(PipelineError) as trouble:
        engine.transcode(clip, tmp_path / "out")

    assert (trouble.value.code, trouble.value.permanent) == (code, False)
    assert fakes.resident_bytes() - held < KEPT_BYTES
    assert fake.alive() == []
    assert sorted(path.name for path in tmp_path.rglob("*") if path != fake.program) == ["out", "result.json"]


def test_what_a_program_says_last_is_heard_though_a_child_holds_its_pipes(fake: Fakes) -> None:
    fake.use("os.write(2, b'No space left on device')\n" + fakes.LEAVES_A_CHILD.replace("exit(0)", "exit(1)"))

    with pytest.raises(PipelineError) as trouble:
        run.run(["list.m3u8"])

    assert (trouble.value.code, fake.alive()) == ("out_of_space", [])
