"""Nobody learns of a document they may not open: not from hits, not from counts, facets or suggestions, in any engine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.protocol import Searching
from search.schema import ANONYMOUS, Facet, Query, SearchDoc, Viewer, Visibility
from tests.search.engines.contract import UNCONCERNED, NewShelf, Shelf

COUNTY, TOWN, OTHER_TOWN = "0001", "00010002", "00010003"
MEMBER = Viewer(authenticated=True, organisation_paths=(TOWN,))
REVIEWER = Viewer(authenticated=True, organisation_paths=(OTHER_TOWN,), roles=("reviewer",))
STAFF_TOOL = Viewer(all_seeing=True)


def secret(pk: str, visibility: Visibility, *, title: str = "内部党课") -> SearchDoc:
    return SearchDoc(
        kind=f"kind{pk}",
        pk=pk,
        title=title,
        url="/",
        people=(f"讲师{pk}",),
        facets={"topic": (Facet(f"topic{pk}", f"专题{pk}"),)},
        visibility=visibility,
    )


DOCS = {
    "public": Visibility(public=True),
    "county": Visibility(organisations=(COUNTY,)),
    "town": Visibility(organisations=(TOWN,)),
    "reviewers": Visibility(roles=("reviewer",)),
    "both": Visibility(organisations=(OTHER_TOWN,), roles=("auditor",)),
    "nobody": Visibility(),
}
SEEN = [
    (ANONYMOUS, ["public"]),
    (MEMBER, ["county", "public", "town"]),
    (REVIEWER, ["both", "county", "public", "reviewers"]),
    (Viewer(authenticated=True), ["public"]),
    (Viewer(organisation_paths=(TOWN,), roles=("reviewer",)), ["public"]),
    (STAFF_TOOL, sorted(DOCS)),
]
PATHS = st.lists(st.sampled_from(["", "0001", "00010002", "000100020003", "0002"]), max_size=2).map(tuple)
ROLES = st.lists(st.sampled_from(["reviewer", "editor", "p", "o:0001"]), max_size=2).map(tuple)


def secrets(new_shelf: NewShelf) -> Shelf:
    """Return an index with one document for each way of being hidden."""
    shelf = new_shelf()
    shelf.fill(secret(pk, visibility) for pk, visibility in DOCS.items())
    return shelf


class VisibilityContract:
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, new_shelf: NewShelf) -> Searching:
        return secrets(new_shelf).engine

    @pytest.fixture(scope="class")
    @classmethod
    def changing(cls, new_shelf: NewShelf) -> Shelf:
        """Return an index whose documents come and go."""
        return new_shelf()

    @pytest.mark.parametrize(("viewer", "seen"), SEEN)
    @pytest.mark.parametrize("text", ["党课", "党", "内部党课", "neibu", "内部 怎么上", ""])
    def test_hits_counts_and_facets_show_only_what_the_viewer_may_find(
        self, engine: Searching, viewer: Viewer, seen: list[str], text: str
    ) -> None:
        result = engine.search(Query(text=text, viewer=viewer, facets=("topic", "kind")))

        assert sorted(hit.id for hit in result.hits) == seen
        assert result.total == len(seen)
        assert sorted(count.label for count in result.facets["topic"]) == [f"专题{pk}" for pk in seen]
        assert sorted(count.value for count in result.facets["kind"]) == [f"kind{pk}" for pk in seen]
        assert {count.count for counts in result.facets.values() for count in counts} == {1}

    @pytest.mark.parametrize(("viewer", "seen"), SEEN)
    @pytest.mark.parametrize("text", ["内部", "讲师", "jiangs", "nbdk"])
    def test_suggestions_show_only_what_the_viewer_may_find(
        self, engine: Searching, viewer: Viewer, seen: list[str], text: str
    ) -> None:
        groups = engine.suggest(text, viewer, limit=20)

        if text in {"讲师", "jiangs"}:
            assert [sorted(item.text for item in group.items) for group in groups] == [[f"讲师{pk}" for pk in seen]]
        else:
            assert sorted(group.kind for group in groups) == [f"kind{pk}" for pk in seen]

    def test_naming_a_hidden_value_does_not_tell_its_label(self, engine: Searching) -> None:
        result = engine.search(Query(text="党课", filters={"topic": ("topictown",)}, facets=("topic",)))

        assert result.total == 0
        assert [(count.value, count.label) for count in result.facets["topic"]] == [
            ("topicpublic", "专题public"),
            ("topictown", "topictown"),
        ]

    def test_a_document_that_is_withdrawn_is_gone_for_those_it_is_withdrawn_from(self, new_shelf: NewShelf) -> None:
        shelf = secrets(new_shelf)
        shelf.fill([secret("public", Visibility(organisations=(TOWN,)))])
        engine = shelf.engine

        assert engine.search(Query(text="党课")).total == 0
        assert engine.suggest("内部", ANONYMOUS, limit=6) == ()
        assert engine.search(Query(text="党课", viewer=MEMBER)).total == 3

    @given(
        visibility=st.builds(Visibility, public=st.booleans(), organisations=PATHS, roles=ROLES),
        viewer=st.builds(
            Viewer, authenticated=st.booleans(), organisation_paths=PATHS, roles=ROLES, all_seeing=st.booleans()
        ),
    )
    @settings(max_examples=80, suppress_health_check=UNCONCERNED, deadline=None)
    @pytest.mark.long
    def test_the_engine_agrees_with_the_plain_rule(
        self, changing: Shelf, visibility: Visibility, viewer: Viewer
    ) -> None:
        changing.fill([secret("rule", visibility, title="规则之例")])

        assert changing.engine.search(Query(text="规则之例", viewer=viewer)).total == int(visibility.admits(viewer))
