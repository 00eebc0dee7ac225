"""A county with a secretary, a member and an editor."""

import pytest

from tests.factories.lessons import Stage, make_stage


@pytest.fixture
def stage() -> Stage:
    return make_stage()
