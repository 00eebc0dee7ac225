"""The text of PDF and DOCX files, read by a job and apart from the site, so that search finds what stands in them."""

from cms.assets.models import SiteDocument
from cms.core.clock import now
from cms.core.sandbox import MIB, Leash, SandboxFailed, read_apart
from cms.jobs.services import enqueue
from cms.library.document_text import MAX_TEXT
from cms.library.models import DocumentText
from cms.library.services.noting import note_document

READ = "library.read_text"
READER = "cms.library.document_text"
READABLE = frozenset({"pdf", "docx"})
LEASH = Leash(memory_bytes=512 * MIB, cpu_s=20, wall_s=40, file_bytes=4 * MIB)


def ask_for_text(document: SiteDocument) -> None:
    """Put in the work of reading a document, when it has a text and nobody has read this file yet."""
    if document.file_extension.lower() not in READABLE:
        return
    if DocumentText.objects.filter(document=document, file_hash=document.get_file_hash()).exists():
        return
    enqueue(READ, {"document": document.pk}, key=f"{READ}:{document.pk}")


def read_document(pk: int) -> bool:
    """Read a document's text and tell search; return whether there was one.

    A file that nobody can read, or that wants more than its leash allows, has no text: that is no failure of the work.
    """
    document = SiteDocument.objects.filter(pk=pk).first()
    if document is None:
        return False
    file_hash = document.get_file_hash()
    try:
        with document.file.open("rb") as file:
            text = read_apart(READER, file, leash=LEASH).decode(errors="replace")[:MAX_TEXT]
    except (SandboxFailed, FileNotFoundError):
        text = ""
    # PostgreSQL keeps no NUL in texts.
    text = text.replace("\0", "").strip()
    DocumentText.objects.update_or_create(
        document=document, defaults={"text": text, "file_hash": file_hash, "read_at": now()}
    )
    note_document(document.pk)
    return bool(text)
