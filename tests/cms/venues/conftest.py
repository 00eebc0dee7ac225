"""A county with a secretary, a member and an editor."""

from tests.factories.lessons import make_stage
from tests.standing_rows import standing_scene

stage = standing_scene(make_stage)
