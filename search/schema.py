"""What the engine is asked and what it answers; no Django here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visibility:
    """Who may see a document: everybody, members of these subtrees (treebeard path prefixes), or these roles."""

    public: bool
    organisations: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Viewer:
    """Who asks."""

    authenticated: bool = False
    organisation_paths: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    all_seeing: bool = False
