"""What the engine knows: documents that go in, questions that are asked, answers that come out.

Nothing here knows Django or a model. A room turns one of its objects into a `SearchDoc`; the portal turns a request
into a `Query` and a `Result` into a page. Texts are the originals; every engine analyses them itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

PUBLIC = "p"
# From an instant up to, and without, another.
Span = tuple[datetime, datetime]
MAX_PAGE_SIZE = 100
SORTS = ("relevance", "newest")


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet field: `value` goes into addresses, `label` is read by people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a transcript and the second at which it begins."""

    start_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `organisation_paths` are tree paths of the own organisations; `all_seeing` skips the filter (staff tools)."""

    authenticated: bool = False
    organisation_paths: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    all_seeing: bool = False

    def tokens(self) -> tuple[str, ...]:
        """Return what an engine compares with `Visibility.tokens`: one token in common means visible."""
        if not self.authenticated:
            return (PUBLIC,)
        prefixes = {path[:length] for path in self.organisation_paths for length in range(len(path) + 1)}
        return (PUBLIC, *(f"o:{prefix}" for prefix in sorted(prefixes)), *(f"r:{role}" for role in self.roles))


ANONYMOUS = Viewer()


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who may find a document: everybody, or members of a subtree (path prefixes), or holders of a role.

    The conditions are alternatives. A document with none of them is found by all-seeing viewers only.
    """

    public: bool = False
    organisations: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens that engines store with the document."""
        public = (PUBLIC,) if self.public else ()
        return (*public, *(f"o:{path}" for path in self.organisations), *(f"r:{role}" for role in self.roles))

    def admits(self, viewer: Viewer) -> bool:
        """Tell whether the viewer may find the document (the plain form of what engines do with tokens)."""
        if viewer.all_seeing or self.public:
            return True
        if not viewer.authenticated:
            return False
        inside = any(own.startswith(path) for path in self.organisations for own in viewer.organisation_paths)
        return inside or bool(set(self.roles) & set(viewer.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDoc:
    """One thing that can be found. `version` is set by the engine's feeder; builders leave it alone.

    `people` are authors or speakers as shown; `segments` the transcript in order; `duration_s` seconds;
    `thumbnail` an address or ""; after `ends_at` nobody finds it any more. `facets` maps a field ("topic", "organisation") to its values.
    `free` are the times in which a person may be asked, in any order and zone; engines keep them as `search.free.merged` has them.
    """

    kind: str
    pk: str
    title: str
    url: str
    version: int = 0
    subtitle: str = ""
    body: str = ""
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
    published_at: datetime | None = None
    ends_at: datetime | None = None
    duration_s: float | None = None
    segments: tuple[Segment, ...] = ()
    visibility: Visibility = Visibility()
    thumbnail: str = ""
    free: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question. Several values of one filter are alternatives, several filters all hold; pages count from 1.

    `synonyms` names folded words and what each is looked for as, too. `facets` names the fields to count; "kind" may be named and filtered like any other field. Empty text lists
    everything that passes the filters. `free` asks for documents that are free at some instant of the span; whether that is long enough, the database knows.
    With `as_typed` nothing else is looked for where nothing has the words.
    With `count_only` the answer has the total and the facets, no hits and no suggestion: that costs far less.
    """

    text: str
    viewer: Viewer = ANONYMOUS
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = 20
    count_only: bool = False
    facets: tuple[str, ...] = ()
    free: Span | None = None
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found document; the two `_html` texts are escaped and hold no tag but `<mark>`."""

    kind: str
    id: str
    url: str
    title: str
    title_html: str
    snippet_html: str
    score: float
    found_at_s: float | None = None
    subtitle: str = ""
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    duration_s: float | None = None
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits choosing this value would show, the choices in the other fields kept."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer. `relaxed` says which wider net caught the hits: "any" (some of the words), "pinyin", or None.

    With "meant" nothing had the words, and the hits are those of `suggestion`.
    `expanded`: what was looked for beside the words as typed, since it means the same. `total_exact` is False when
    counting stopped early; `degraded` when the configured engine could not answer, `unanswered` when none could.
    """

    hits: tuple[Hit, ...]
    total: int
    engine: str
    total_exact: bool = True
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    suggestion: str | None = None
    expanded: tuple[str, ...] = ()
    relaxed: str | None = None
    degraded: bool = False
    unanswered: bool = False
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: a title with its page, or a name with an empty address (then it is a query to run)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """Completions of one kind: a document kind, or "people"."""

    kind: str
    items: tuple[Suggestion, ...]
