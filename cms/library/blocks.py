"""The blocks of editorial pages: few and good."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.core.blocks import TextBlocks


class PictureBlock(blocks.StructBlock):
    """A picture with a line below it."""

    image = ImageChooserBlock(
        label=_("picture"), help_text=_("Its description for those who do not see it is kept with the picture.")
    )
    caption = blocks.CharBlock(
        label=_("line below it"), max_length=160, required=False, help_text=_("What one sees, where and when.")
    )

    class Meta:
        label = _("picture")
        icon = "image"
        template = "library/blocks/picture.html"
        description = _("A photograph or drawing, with a line below it that says what one sees.")
        preview_template = "library/blocks/picture_sample.html"


class FileBlock(blocks.StructBlock):
    """A file to open, at its place in the text."""

    document = DocumentChooserBlock(label=_("file"))
    note = blocks.CharBlock(
        label=_("what it is for"), max_length=160, required=False, help_text=_("Such as: to print for the meeting.")
    )

    class Meta:
        label = _("file")
        icon = "doc-full"
        template = "library/blocks/file.html"
        description = _("A file to open or print, where the text speaks of it, with a line about what it is for.")
        preview_template = "library/blocks/file_sample.html"


class CalloutBlock(blocks.StructBlock):
    """A short remark that stands out."""

    heading = blocks.CharBlock(
        label=_("heading"),
        max_length=60,
        required=False,
        help_text=_("May stay empty when the remark is one sentence."),
    )
    text = blocks.TextBlock(label=_("text"), max_length=600, rows=3)

    class Meta:
        label = _("hint")
        icon = "info-circle"
        template = "library/blocks/callout.html"
        description = _(
            "A short remark in a box of its own: a warning, a date, what to bring. One on a page is enough."
        )
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": _("Before you go"),
            "text": _("Call the place a day ahead: the road is closed after snow."),
        }


class ContentBlocks(TextBlocks):
    """Text with pictures, files and remarks."""

    picture = PictureBlock()
    file = FileBlock()
    callout = CalloutBlock()
