import pytest

from tests.factories.booking import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()
