"""The door to the server: the only file that knows the client, and it loads it when somebody goes through.

Whatever goes wrong with the server comes back as EngineAway, at once: nothing is tried twice here, since whoever waits
for an answer is better served by the local index.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from search.engines.protocol import EngineAway

Body = Mapping[str, Any]
# Building an index and taking a batch in lasts longer than answering.
WORK_S = 30.0
CHUNK_DOCUMENTS = 500
# A small server refuses what would not fit beside everything else it holds at that moment.
CHUNK_BYTES = 3_000_000
CONFLICT, TOO_LARGE, BROKEN = 409, 413, 500
NOT_FOUND, BAD = 404, 400
# What somebody has to put right at the server, and what passes: no fault of the document.
NOT_NOW = {401, 403, NOT_FOUND, 429}
LISTED_AT_ONCE = 1000


def is_installed() -> bool:
    """Tell whether the extra `elasticsearch` is there."""
    return find_spec("elasticsearch") is not None


@contextmanager
def _asking() -> Iterator[None]:
    from elasticsearch import ApiError, TransportError

    try:
        yield
    except (ApiError, TransportError) as error:
        raise EngineAway(f"{type(error).__name__}: {error}") from error


class Door:
    """One server. Threads share it; a forked process gets connections of its own."""

    def __init__(self, url: str, *, timeout_s: float, ca: str = "") -> None:
        self._url = url
        self._ca: dict[str, Any] = {"ca_certs": ca} if ca else {}
        self.timeout_s = timeout_s
        self._clients: dict[int, Any] = {}

    def prepare(self) -> None:
        """Load the client, which lasts longer than most answers: nobody's question should seem slow for it."""
        _ = self._client

    @property
    def _client(self) -> Any:
        """The client of this process."""
        found = self._clients.get(os.getpid())
        if found is None:
            from elasticsearch import Elasticsearch

            # It tells each request, which is what logs of requests are for.
            logging.getLogger("elastic_transport").setLevel(logging.WARNING)
            once: dict[str, Any] = {"max_retries": 0, "retry_on_timeout": False, "retry_on_status": ()}
            found = Elasticsearch(self._url, request_timeout=self.timeout_s, **once, **self._ca)
            self._clients = {os.getpid(): found}
        return found

    @property
    def _worker(self) -> Any:
        """The client for what may last."""
        return self._client.options(request_timeout=WORK_S)

    def search(self, index: str, body: Body, *, within_s: float | None = None) -> Mapping[str, Any]:
        """Ask, and return the answer, within what is left of a question's time (all of it if that is not said).

        Raises EngineAway also when it is late or not that of the whole index.
        """
        from elasticsearch.dsl import Search

        left_s = self.timeout_s if within_s is None else within_s
        if left_s <= 0:
            raise EngineAway("The question took too long")
        client = self._client.options(request_timeout=left_s)
        # The client would copy each clause of a query into an object of its own, and back.
        asked = Search(using=client, index=index).extra(**body, timeout=f"{max(1, round(left_s * 1000))}ms")
        with _asking():
            answer: Mapping[str, Any] = asked.params(allow_partial_search_results=False).execute().to_dict()
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineAway("The answer is not that of the whole index")
        return answer

    def listing(self, index: str, body: Body) -> Iterator[Mapping[str, Any]]:
        """Yield all hits of an index, piece by piece, in the order of the body's `sort`, which tells each from all others.

        The server keeps nothing in between, so whoever reads may take as long as it needs.
        """
        after: Sequence[Any] | None = None
        while True:
            with _asking():
                answer = self._worker.search(
                    index=index, **body, size=LISTED_AT_ONCE, **({"search_after": after} if after else {})
                )
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < LISTED_AT_ONCE:
                return
            after = hits[-1]["sort"]

    def send(self, actions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
        """Send a batch and yield the id and the reason of each document that is refused.

        One for which a newer version is there counts as done. Raises EngineAway when any was not taken for now.
        """
        too_large: set[tuple[str, str]] = set()
        for item in self._not_taken(actions, chunk=CHUNK_DOCUMENTS):
            if item["status"] == TOO_LARGE:
                too_large.add((item["_index"], item["_id"]))
            else:
                yield str(item["_id"]), _refusal(item)
        # The piece was too large for the server, or for what stands before it; only a document alone is refused for it.
        alone = [each for each in actions if (each["_index"], each["_id"]) in too_large]
        for item in self._not_taken(alone, chunk=1):
            yield str(item["_id"]), _refusal(item)

    def _not_taken(self, actions: Sequence[Mapping[str, Any]], *, chunk: int) -> Iterator[Mapping[str, Any]]:
        """Send in pieces and yield what is told of each document that was not taken."""
        from elasticsearch.helpers import streaming_bulk

        sent = streaming_bulk(
            self._worker,
            (dict(each) for each in actions),
            chunk_size=chunk,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=False,
            require_alias=True,
        )
        with _asking():
            for done, told in sent:
                [item] = told.values()
                if not done and item["status"] != CONFLICT:
                    yield item

    def create(self, index: str, body: Body) -> None:
        """Make an index; one that is there stays as it is."""
        with _asking():
            made = self._worker.options(ignore_status=BAD).indices.create(index=index, **body)
        if made.meta.status == BAD and made["error"]["type"] != "resource_already_exists_exception":
            raise EngineAway(str(made["error"]))

    def delete(self, index: str) -> None:
        """Delete an index; one that is not there is no error."""
        with _asking():
            self._worker.indices.delete(index=index, ignore_unavailable=True)

    def mapping(self, index: str) -> Mapping[str, Any] | None:
        """Return the mapping of an index, None when there is no such index."""
        with _asking():
            found = self._worker.options(ignore_status=NOT_FOUND).indices.get_mapping(index=index)
        return None if found.meta.status == NOT_FOUND else next(iter(found.values()))["mappings"]

    def mappings(self, pattern: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the mappings of all indexes with such names."""
        with _asking():
            found = self._worker.indices.get_mapping(index=pattern)
        return {index: each["mappings"] for index, each in found.items()}

    def version(self, index: str, name: str) -> int:
        """Return the version of a document, 0 when there is none."""
        with _asking():
            found = self._worker.options(ignore_status=NOT_FOUND).get(index=index, id=name, source=False)
        return int(found.get("_version", 0))

    def behind(self, alias: str) -> str | None:
        """Return the index behind an alias, None when there is none."""
        with _asking():
            found = self._worker.options(ignore_status=NOT_FOUND).indices.get_alias(name=alias)
        return None if found.meta.status == NOT_FOUND else next(iter(found))

    def point(self, alias: str, *, among: str, to: str) -> None:
        """Let an alias lead to one index and to none of the others, in one step."""
        remove = {"remove": {"index": among, "alias": alias, "must_exist": False}}
        with _asking():
            self._worker.indices.update_aliases(actions=[remove, {"add": {"index": to, "alias": alias}}])

    def refresh(self, index: str) -> None:
        """Let searches see what was sent."""
        with _asking():
            self._worker.indices.refresh(index=index)

    def size(self, index: str) -> int:
        """Return how many bytes the server keeps of an index, each shard once."""
        with _asking():
            told = self._worker.indices.stats(index=index, metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])

    def answers(self, alias: str) -> bool:
        """Tell whether the server answers when it is asked for an alias, which whoever may use the alias may ask."""
        try:
            with _asking():
                self._client.indices.exists_alias(name=alias)
        except EngineAway:
            return False
        return True


def _refusal(item: Mapping[str, Any]) -> str:
    """Return why the server will never take a document as it is. Raises EngineAway when it might later."""
    status, error = item["status"], item["error"]
    if status in NOT_NOW or status >= BROKEN or (status != TOO_LARGE and "exception" in item):
        raise EngineAway(f"{item['_id']}: {status} {error}")
    if isinstance(error, str):
        return error
    cause = error.get("caused_by", {}).get("reason")
    return f"{error['reason']}: {cause}" if cause else str(error["reason"])
