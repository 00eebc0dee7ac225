"""The blocks of editorial pages: few and good."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.core.blocks import TextBlocks


class PictureBlock(blocks.StructBlock):
    """A picture with a line below it."""

    image = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("line below it"), max_length=160, required=False)

    class Meta:
        label = _("picture")
        icon = "image"
        template = "library/blocks/picture.html"


class FileBlock(blocks.StructBlock):
    """A file to open, at its place in the text."""

    document = DocumentChooserBlock(label=_("file"))
    note = blocks.CharBlock(label=_("what it is for"), max_length=160, required=False)

    class Meta:
        label = _("file")
        icon = "doc-full"
        template = "library/blocks/file.html"


class CalloutBlock(blocks.StructBlock):
    """A short remark that stands out."""

    heading = blocks.CharBlock(label=_("heading"), max_length=60, required=False)
    text = blocks.TextBlock(label=_("text"), max_length=600, rows=3)

    class Meta:
        label = _("hint")
        icon = "info-circle"
        template = "library/blocks/callout.html"


class ContentBlocks(TextBlocks):
    """Text with pictures, files and remarks."""

    picture = PictureBlock()
    file = FileBlock()
    callout = CalloutBlock()
