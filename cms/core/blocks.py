"""The few blocks that editorial texts are made of; the picker says of each what it is for and shows one."""

from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.error import ExporterException
from wagtail import blocks

# What Wagtail raises over a text that its editor did not write.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, ExporterException)
PARAGRAPH_FEATURES = ["bold", "italic", "link", "ol", "ul", "document-link"]


def sample_paragraph() -> str:
    """Return a paragraph as the picker shows it; a rich text takes no string that is translated later."""
    words = gettext("Look at the foot of the pole before you look up. Who walks the line in winter goes in pairs.")
    return f"<p>{words}</p>"


class TextBlocks(blocks.StreamBlock):
    """Heading, paragraph and quotation: enough for a clear text, too little for a mess."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """Read what the editor sent. Raises BadRequest for what no editor writes."""
        try:
            return super().value_from_datadict(data, files, prefix)
        except UNREADABLE as error:
            raise BadRequest(prefix) from error

    heading = blocks.CharBlock(
        label=_("heading"),
        form_classname="title",
        icon="title",
        template="core/blocks/heading.html",
        description=_("Divides a longer text; a few words that say what comes next."),
        preview_value=_("What to look at first"),
    )
    paragraph = blocks.RichTextBlock(
        label=_("paragraph"),
        features=PARAGRAPH_FEATURES,
        icon="pilcrow",
        description=_("Running text with lists, links to pages of this site, and files. One matter in each."),
        preview_value=sample_paragraph,
    )
    quotation = blocks.BlockQuoteBlock(
        label=_("quotation"),
        icon="openquote",
        description=_("What somebody said or wrote, word for word. Name the person in the text."),
        preview_value=_("I have walked this line for twenty years, and I still look twice."),
    )
