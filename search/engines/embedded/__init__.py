"""The engine that needs nothing but a file: SQLite FTS5 over text that is cut into tokens beforehand."""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
