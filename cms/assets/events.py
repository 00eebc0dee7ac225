"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentReplacing:
    """Somebody is about to put another file in the place of a document's; who needs it as it is raises DomainError."""

    document_id: int
