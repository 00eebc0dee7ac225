"""What a question is before it is frozen; no database here."""

import hashlib
import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class QuestionDraft:
    """A question as its author wrote it: `answer` holds the positions of the right options, counted from 0."""

    kind: str
    stem: str
    options: list[str] = field(default_factory=list)
    answer: list[int] = field(default_factory=list)
    explanation: str = ""
    source: str = ""

    @property
    def digest(self) -> str:
        """Return the same text for the same question, so that republishing keeps its version."""
        content = {**asdict(self), "answer": sorted(self.answer)}
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
