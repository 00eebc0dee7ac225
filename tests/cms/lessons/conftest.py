"""What the tests of this room share."""

import pytest

from tests.factories.lessons import Stage, make_stage


@pytest.fixture
def stage() -> Stage:
    """People of one branch with a lesson, from a draft to its reviewers."""
    return make_stage()
