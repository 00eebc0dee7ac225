"""Portraits drawn by us: nobody's likeness, and nobody's rights."""

from io import BytesIO

from PIL import Image, ImageDraw

SIDE = 480
WALL, COAT, SKIN, HAIR = "#d9e2ea", "#3d5a74", "#e8c9a8", "#3b3230"


def draw_portrait() -> bytes:
    """Return a person from the shoulders up before a plain wall, as a PNG; the same bytes each time."""
    picture = Image.new("RGB", (SIDE, SIDE), WALL)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 330, 440, 700), fill=COAT)
    pen.polygon([(200, 330), (280, 330), (240, 400)], fill="white")
    pen.rectangle((208, 270, 272, 345), fill=SKIN)
    pen.ellipse((145, 90, 335, 310), fill=HAIR)
    pen.ellipse((160, 120, 320, 320), fill=SKIN)
    pen.pieslice((150, 95, 330, 250), 180, 360, fill=HAIR)
    for eye in (205, 275):
        pen.ellipse((eye - 8, 212, eye + 8, 226), fill=HAIR)
    pen.arc((210, 240, 270, 285), 20, 160, fill="#a5563f", width=5)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
