"""The engine that keeps its index on an Elasticsearch server, one for all nodes."""

from search.engines.elastic.engine import ElasticIndex

__all__ = ["ElasticIndex"]
