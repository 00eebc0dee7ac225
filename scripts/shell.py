"""What of the shell a person works in may reach the demonstration and the suite."""

import os
from collections.abc import Mapping

# Where a site's database, files, keys and buckets are named. A shell on a server may have all of them set.
NAMES = frozenset({"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL", "PROMETHEUS_MULTIPROC_DIR"})
FAMILIES = ("WEIKE_", "DJANGO_", "AWS_")


def without_settings(shell: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without any setting of a site: no real database, broker, bucket or folder is met."""
    given = os.environ if shell is None else shell
    return {name: value for name, value in given.items() if name not in NAMES and not name.startswith(FAMILIES)}
