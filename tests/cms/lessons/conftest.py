"""What the tests of this room share."""

from tests.factories.lessons import make_stage
from tests.standing_rows import standing_scene

stage = standing_scene(make_stage)
