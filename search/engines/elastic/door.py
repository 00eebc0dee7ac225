"""The door to the server: the only file that knows the client, and it loads it when somebody goes through.

Whatever goes wrong with the server comes back as EngineAway, at once: nothing is tried twice here, since whoever waits
for an answer is better served by the local index.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
CONFLICT, TOO_LARGE, TOO_MANY, BROKEN = 409, 413, 429, 500
NOT_FOUND, BAD = 404, 400
LISTED_AT_ONCE = 1000
KEPT_OPEN = "2m"


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

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._clients: dict[int, Any] = {}

    @property
    def _client(self) -> Any:
        """The client of this process."""
        found = self._clients.get(os.getpid())
        if found is None:
            from elasticsearch import Elasticsearch

            # It tells each request, which is what logs of requests are for.
            logging.getLogger("elastic_transport").setLevel(logging.WARNING)
            found = Elasticsearch(
                self._url, request_timeout=self._timeout_s, max_retries=0, retry_on_timeout=False, retry_on_status=()
            )
            self._clients = {os.getpid(): found}
        return found

    @property
    def _worker(self) -> Any:
        """The client for what may last."""
        return self._client.options(request_timeout=WORK_S)

    def search(self, index: str, body: Body) -> Mapping[str, Any]:
        """Ask, and return the answer. Raises EngineAway also when it is late or not that of the whole index."""
        from elasticsearch.dsl import Search

        # The client would copy each clause of a query into an object of its own, and back.
        asked = Search(using=self._client, index=index).extra(**body, timeout=f"{round(self._timeout_s * 1000)}ms")
        with _asking():
            answer: Mapping[str, Any] = asked.params(allow_partial_search_results=False).execute().to_dict()
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineAway("The answer is not that of the whole index")
        return answer

    def listing(self, index: str, body: Body) -> Iterator[Mapping[str, Any]]:
        """Yield all hits of one state of an index, piece by piece, in the order of the body's `sort`."""
        with _asking():
            pit = self._worker.open_point_in_time(index=index, keep_alive=KEPT_OPEN)["id"]
        after: Sequence[Any] | None = None
        try:
            while True:
                asked = {**body, "size": LISTED_AT_ONCE, "pit": {"id": pit, "keep_alive": KEPT_OPEN}}
                with _asking():
                    answer = self._worker.search(**asked, **({"search_after": after} if after else {}))
                hits = answer["hits"]["hits"]
                yield from hits
                if len(hits) < LISTED_AT_ONCE:
                    break
                pit, after = answer["pit_id"], hits[-1]["sort"]
        finally:
            with _asking():
                self._worker.close_point_in_time(id=pit)

    def send(self, actions: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        """Send a batch and yield the id and the reason of each document that is refused.

        One for which a newer version is there counts as done. Raises EngineAway when any was not taken for now.
        """
        from elasticsearch.helpers import streaming_bulk

        sent = streaming_bulk(
            self._worker,
            actions,
            chunk_size=CHUNK_DOCUMENTS,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=False,
            require_alias=True,
        )
        with _asking():
            for done, told in sent:
                [item] = told.values()
                if not done and item["status"] != CONFLICT:
                    yield str(item["_id"]), _refusal(item)

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

    def ping(self) -> bool:
        """Tell whether the server answers."""
        return bool(self._client.ping())


def _refusal(item: Mapping[str, Any]) -> str:
    """Return why the server will never take a document as it is. Raises EngineAway when it might later."""
    status, error = item["status"], item["error"]
    # What is too large for the server stays so: a batch is never larger than its largest document, or than three million bytes.
    if status in {NOT_FOUND, TOO_MANY} or status >= BROKEN or (status != TOO_LARGE and "exception" in item):
        raise EngineAway(f"{item['_id']}: {status} {error}")
    if isinstance(error, str):
        return error
    cause = error.get("caused_by", {}).get("reason")
    return f"{error['reason']}: {cause}" if cause else str(error["reason"])
