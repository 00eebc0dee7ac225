"""The few blocks that editorial texts are made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

PARAGRAPH_FEATURES = ["bold", "italic", "link", "ol", "ul", "document-link"]


class TextBlocks(blocks.StreamBlock):
    """Heading, paragraph and quotation: enough for a clear text, too little for a mess."""

    heading = blocks.CharBlock(
        label=_("heading"), form_classname="title", icon="title", template="core/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("paragraph"), features=PARAGRAPH_FEATURES, icon="pilcrow")
    quotation = blocks.BlockQuoteBlock(label=_("quotation"), icon="openquote")
