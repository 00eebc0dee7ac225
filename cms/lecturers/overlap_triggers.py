"""The database itself refuses to give a lecturer's time away twice, whatever code writes."""

from cms.core.triggers import TriggerOperation

TABLE = "lecturers_occupation"
SENTENCE = "the time of a lecturer is given away once"
# A constraint alone is right but slow under a rush (waiters deadlock in chains): `services.occupations` locks first.
EXCLUSION = (
    f"ALTER TABLE {TABLE} ADD CONSTRAINT occupation_no_overlap EXCLUDE USING gist "
    "(lecturer_id WITH =, tstzrange(occupied_from, occupied_to) WITH &&) WHERE (released_at IS NULL)"
)
POSTGRES = ("CREATE EXTENSION IF NOT EXISTS btree_gist", EXCLUSION)


class ForbidOverlap(TriggerOperation):
    """Forbids two live occupations of a lecturer that overlap; touching is fine (half-open ranges)."""

    def create_statements(self, vendor: str) -> list[str]:
        """Return an exclusion constraint for PostgreSQL, triggers for SQLite."""
        return list(POSTGRES) if vendor == "postgresql" else [trigger(verb) for verb in ("INSERT", "UPDATE")]

    def drop_statements(self, vendor: str) -> list[str]:
        """Return the SQL that allows it again; the extension stays, others may use it."""
        if vendor == "postgresql":
            return [f"ALTER TABLE {TABLE} DROP CONSTRAINT occupation_no_overlap"]
        return [f"DROP TRIGGER IF EXISTS {TABLE}_no_overlap_{verb}" for verb in ("insert", "update")]

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return "Forbid that a lecturer's time is given away twice"


def trigger(verb: str) -> str:
    """Return the trigger for one verb. SQLite stores instants as text of one form in UTC, which sorts as time does."""
    return (
        f"CREATE TRIGGER {TABLE}_no_overlap_{verb.lower()} BEFORE {verb} ON {TABLE} "  # noqa: S608  # two constants
        f"WHEN NEW.released_at IS NULL AND EXISTS (SELECT 1 FROM {TABLE} "
        "WHERE lecturer_id = NEW.lecturer_id AND released_at IS NULL AND id IS NOT NEW.id "
        "AND occupied_from < NEW.occupied_to AND occupied_to > NEW.occupied_from) "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    )
