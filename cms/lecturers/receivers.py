"""The rooms' events enter here and lead to services."""

from cms.core.events import subscribe
from cms.lecturers.services import note_label, note_organisation, note_subtree
from cms.organisations.events import OrganisationClosed, OrganisationReopened, SubtreeChanged
from cms.taxonomy.events import LabelChanged


@subscribe(SubtreeChanged)
def on_subtree_changed(event: SubtreeChanged) -> None:
    note_subtree(event.path)


@subscribe(OrganisationClosed)
def on_organisation_closed(event: OrganisationClosed) -> None:
    note_organisation(event.organisation_id)


@subscribe(OrganisationReopened)
def on_organisation_reopened(event: OrganisationReopened) -> None:
    note_organisation(event.organisation_id)


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    note_label(event.model, event.pk, event.names)
