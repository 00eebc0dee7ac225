"""The database keeps one table of all sign-in names, so that no two people ever share one, whatever code writes.

User name, phone and staff number are one name space: people type any of the three into one field. Written by triggers,
because accounts are also written in bulk and by Wagtail's and Django's own forms and commands.
"""

from cms.core.triggers import TriggerOperation

TABLE = "accounts_signinname"
FIELDS = ("username", "phone", "staff_number")
VALUES = " UNION ".join(f"SELECT NEW.{field} AS typed" for field in FIELDS)
FORGET = f"DELETE FROM {TABLE} WHERE user_id = NEW.id;"  # noqa: S608  # names of our own
ENTER = (
    f"INSERT INTO {TABLE} (name, user_id) SELECT DISTINCT LOWER(typed), NEW.id FROM ({VALUES}) AS names "  # noqa: S608  # see above
    "WHERE typed IS NOT NULL AND typed <> '';"
)
POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION weike_sign_in_names() RETURNS trigger AS $$ BEGIN "
    f"{FORGET} {ENTER} RETURN NULL; END; $$ LANGUAGE plpgsql"
)
COLUMNS = ", ".join(FIELDS)


class KeepSignInNames(TriggerOperation):
    """Writes every account's names into the table of sign-in names; a name that another account has is refused."""

    def create_statements(self, vendor: str) -> list[str]:
        """Return the SQL of the two triggers."""
        if vendor == "postgresql":
            return [
                POSTGRES_FUNCTION,
                *(
                    f"CREATE TRIGGER accounts_user_names_{verb} AFTER {event} ON accounts_user "
                    "FOR EACH ROW EXECUTE FUNCTION weike_sign_in_names()"
                    for verb, event in (("insert", "INSERT"), ("update", f"UPDATE OF {COLUMNS}"))
                ),
            ]
        return [
            f"CREATE TRIGGER accounts_user_names_insert AFTER INSERT ON accounts_user BEGIN {ENTER} END",
            f"CREATE TRIGGER accounts_user_names_update AFTER UPDATE OF {COLUMNS} ON accounts_user BEGIN {FORGET} {ENTER} END",
        ]

    def drop_statements(self, vendor: str) -> list[str]:
        """Return the SQL that drops them."""
        place = " ON accounts_user" if vendor == "postgresql" else ""
        return [f"DROP TRIGGER IF EXISTS accounts_user_names_{verb}{place}" for verb in ("insert", "update")]

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return "Keep the table of sign-in names"
