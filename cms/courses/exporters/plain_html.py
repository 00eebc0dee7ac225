"""Text of a page as it may lie on a stick: a handful of tags, and links that lead somewhere there (pure)."""

from collections.abc import Callable
from html.parser import HTMLParser

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

KEPT = frozenset({"p", "b", "strong", "i", "em", "ul", "ol", "li", "h2", "h3", "h4"})
Resolve = Callable[[dict[str, str]], str]


class Writer(HTMLParser):
    """Writes the tags that are kept; the words of all others stay, their tags do not."""

    def __init__(self, resolve: Resolve) -> None:
        super().__init__(convert_charrefs=True)
        self.resolve = resolve
        self.out: list[str] = []
        self.open_links: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in KEPT:
            self.out.append(f"<{tag}>")
        elif tag == "br":
            self.out.append("<br>")
        elif tag == "a":
            address = self.resolve({name: value or "" for name, value in attrs})
            self.open_links.append(bool(address))
            if address:
                self.out.append(f'<a href="{escape(address)}">')

    def handle_endtag(self, tag: str) -> None:
        if tag in KEPT:
            self.out.append(f"</{tag}>")
        elif tag == "a" and self.open_links and self.open_links.pop():
            self.out.append("</a>")

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data))


def plain_html(source: str, resolve: Resolve) -> SafeString:
    """Return the text with few tags; `resolve` gets the attributes of a link and returns where it leads, or nothing."""
    writer = Writer(resolve)
    writer.feed(source)
    writer.close()
    return mark_safe("".join(writer.out))  # noqa: S308  # every part is one of our tags or escaped
