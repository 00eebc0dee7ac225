"""Bringing many files into the library at once: each becomes the draft of a resource."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.assets.services import add_document, collection_named
from cms.core.errors import InvalidInput
from cms.lessons.services.groups import LIBRARY_COLLECTION
from cms.library.enums import ResourceKind, Section
from cms.library.models import ResourcePage
from cms.library.queries import section_named
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import standing_of

MOST_FILES = 40
TITLE_LENGTH = 120
KINDS = {"mp3": ResourceKind.AUDIO, "m4a": ResourceKind.AUDIO, "pptx": ResourceKind.COURSEWARE}


def bring_files(
    files: Iterable["File[bytes]"], *, organisation: Organisation, actor: User
) -> tuple[list[ResourcePage], list[tuple[str, str]]]:
    """Make a draft of each file; return the drafts, and the names of those that were refused with the reason.

    Raises PermissionDenied for people who keep nothing for the organisation, InvalidInput for none or too many files.
    """
    if not (actor.is_superuser or standing_of(actor).has_role_at((Role.EDITOR,), organisation.path)):
        raise PermissionDenied
    files = list(files)
    if not 1 <= len(files) <= MOST_FILES:
        words = _("Please choose between 1 and %(most)s files.") % {"most": MOST_FILES}
        raise InvalidInput(words, fields={"chosen": [words]})
    drafts, refused = [], []
    for file in files:
        try:
            drafts.append(bring_file(file, organisation=organisation, actor=actor))
        except ValidationError as error:
            refused.append((str(file.name), " ".join(error.messages)))
    if drafts:
        record_act("library.upload", actor=actor, target=organisation, after={"files": len(drafts)})
    return drafts, refused


def bring_file(file: "File[bytes]", *, organisation: Organisation, actor: User) -> ResourcePage:
    """Make the draft of one file. Raises ValidationError when the content is not what the name says."""
    document = add_document(actor, file=file, collection=collection_named(LIBRARY_COLLECTION))
    name = PurePath(document.title)
    page = ResourcePage(
        title=name.stem.replace("_", " ").strip()[:TITLE_LENGTH] or document.title[:TITLE_LENGTH],
        kind=KINDS.get(name.suffix.lower().lstrip("."), ResourceKind.ARTICLE),
        file=document,
        organisation=organisation,
        owner=actor,
        responsible=actor,
        live=False,
    )
    page.title = page.title or _("Untitled")
    page.ensure_slug()
    section = section_named(Section.LIBRARY)
    if section is None:
        raise InvalidInput(_("The library has no place in the page tree."))
    with transaction.atomic():
        section.add_child(instance=page)
        page.save_revision(user=actor)
    return page
