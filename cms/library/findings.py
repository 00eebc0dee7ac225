"""Remarks that make a page better: they speak in the preview and to the reviewer, and forbid nothing."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.assets.models import SiteDocument
from cms.library.models import AnnouncementPage, ContentPage
from cms.library.queries import files_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.queries import is_seen_with

# A card shows two lines of it on a phone.
LONG_LEAD = 120
# A code, which stays the same, and its sentence.
REMARKS: dict[str, str | Promise] = {
    "no_lead": _("There is no lead. One or two sentences help people to choose."),
    "long_lead": _("The lead is long. On a card only its first 60 characters or so are read."),
    "no_topic": _("It belongs to no topic, so whoever looks by topic does not find it."),
    "no_audience": _("It is for no audience in particular, so nobody is led to it."),
    "no_source": _("There is no source. Readers want to know where it comes from."),
    "picture_without_words": _("A picture has no description. Write in the picture what one sees."),
    "closed_file": _("A file is kept for fewer people than this page; the others cannot open it."),
}


def findings(page: ContentPage) -> list[str]:
    """Return the codes of what would make the page better, in the order of `REMARKS`."""
    found = word_findings(page) | file_findings(page)
    if not isinstance(page, AnnouncementPage):
        found |= belonging_findings(page)
    return [code for code in REMARKS if code in found]


def word_findings(page: ContentPage) -> set[str]:
    """Return what would make the lead better."""
    lead = page.lead.strip()
    if not lead:
        return {"no_lead"}
    return {"long_lead"} if len(lead) > LONG_LEAD else set()


def belonging_findings(page: ContentPage) -> set[str]:
    """Return what is not said about where the page belongs; a notice needs none of it."""
    said = {"no_topic": page.topics.all(), "no_audience": page.audiences.all(), "no_source": page.source.strip()}
    return {code for code, value in said.items() if not value}


def shuts_out(document: SiteDocument, page: ContentPage) -> bool:
    """Return whether somebody who reads the page cannot open the document."""
    if document.visibility == page.visibility == Visibility.ORGANISATION:
        below, above = page.visible_organisation, document.visible_organisation
        return below is None or above is None or not below.path.startswith(above.path)
    return not is_seen_with(document, page)


def file_findings(page: ContentPage) -> set[str]:
    """Return what is wrong with pictures and files; those that no page has shown yet are opened by publishing."""
    documents, pictures = files_of(page)
    found = set()
    if pictures.filter(alt_text="").exists():
        found.add("picture_without_words")
    kept = documents.exclude(visibility=Visibility.PRIVATE)
    if any(shuts_out(document, page) for document in kept.select_related("visible_organisation")):
        found.add("closed_file")
    return found
