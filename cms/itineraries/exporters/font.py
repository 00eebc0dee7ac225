"""The letters of the booklet: Noto Sans SC (OFL), cut down to what is said, at its regular weight.

The font holds thirty thousand signs at every weight; a booklet needs a few hundred at one. Cutting first keeps it quick.
"""

from importlib.resources import files
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PACKAGE, PATH = "justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
REGULAR = 400
# Layout rules are for setting text with features that a plain booklet does not use.
NEEDLESS = ["GSUB", "GPOS", "BASE", "STAT"]


def font_for(text: str) -> bytes:
    """Return a TrueType font that holds the letters of the text as far as Noto Sans SC has them."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.drop_tables += NEEDLESS
    with TTFont(str(files(PACKAGE).joinpath(PATH)), lazy=True, recalcTimestamp=False) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(whole)
        instantiateVariableFont(whole, {"wght": REGULAR}, inplace=True)
        target = BytesIO()
        whole.save(target)
    return target.getvalue()
