"""How long things are kept."""

from datetime import timedelta

from cms.settings.environment import read_int

# The law asks for half a year of network logs.
ACCESS_LOG_KEEP = timedelta(days=read_int("WEIKE_ACCESS_LOG_DAYS", 190))
# The longest a year can be: triggers in the database let go of no row of a log or ledger before five calendar years.
LONGEST_YEAR = timedelta(days=366)
AUDIT_KEEP = LONGEST_YEAR * read_int("WEIKE_AUDIT_YEARS", 5)
LEDGER_KEEP = LONGEST_YEAR * read_int("WEIKE_LEDGER_YEARS", 5)
# None: what people sent is kept as long as what was made of it.
ORIGINAL_DAYS = read_int("WEIKE_ORIGINAL_DAYS", 0)
ORIGINAL_KEEP = timedelta(days=ORIGINAL_DAYS) if ORIGINAL_DAYS else None
