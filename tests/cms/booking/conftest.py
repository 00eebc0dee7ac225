from tests.factories.booking import make_scene
from tests.standing_rows import standing_scene

scene = standing_scene(make_scene)
