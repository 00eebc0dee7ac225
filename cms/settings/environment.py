"""Typed readers of the process environment; only settings use them."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# How long a connection to the database lives on between requests.
KEPT_S = 60


def read(name: str, default: str = "") -> str:
    """Return the setting's text, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def read_bool(name: str, *, default: bool) -> bool:
    """Return whether the setting says 1, true, yes or on."""
    text = os.environ.get(name, "")
    return text.strip().lower() in {"1", "true", "yes", "on"} if text else default


def read_int(name: str, default: int) -> int:
    """Return the setting as a whole number."""
    return int(os.environ.get(name) or default)


def read_list(name: str, default: str = "") -> list[str]:
    """Return the comma-separated setting as a list without empty entries."""
    return [part.strip() for part in read(name, default).split(",") if part.strip()]


def database_from_url(url: str) -> dict[str, Any]:
    """Translate sqlite:///path or postgres://user:password@host:port/name into a DATABASES entry.

    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite_database(Path(unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or options.pop("host", "")),
            "PORT": parts.port or "",
            "CONN_MAX_AGE": KEPT_S,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ValueError(f"DATABASE_URL has the scheme {parts.scheme!r}; sqlite and postgres are known.")


def sqlite_database(path: Path) -> dict[str, Any]:
    """Return the DATABASES entry of one file with WAL, so that readers never wait for the writer."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # A new connection reads the whole schema first, which takes longer than most questions, and whoever closes the
        # last one empties its log to the disk.
        "CONN_MAX_AGE": KEPT_S,
        "OPTIONS": {
            # A deferred transaction that turns into a write fails at once with "database is locked"; IMMEDIATE waits.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;",
        },
    }


def bucket_storage(bucket: str, *, endpoint: str, key: str, secret: str, region: str) -> dict[str, Any]:
    """Return the STORAGES entry of one private bucket; empty texts leave the choice to the client's own chain."""
    return {
        "BACKEND": "cms.videos.buckets.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "access_key": key or None,
            "secret_key": secret or None,
            "region_name": region,
            "signature_version": "s3v4",
            # Servers of one's own rarely have a host name for each bucket.
            "addressing_style": "path" if endpoint else "auto",
            "default_acl": None,
            # Names are our own and given once: the same name is the same file, and replacing it is one act.
            "file_overwrite": True,
            "querystring_auth": True,
        },
    }


def bucket_setting_fault(*, originals: str, renditions: str, endpoint: str, keys: tuple[str, str], nginx: bool) -> str:
    """Return why the settings of the buckets cannot work together, or an empty text.

    `keys` are name and secret of the key; `nginx` says that nginx sends the media.
    """
    if not originals and not renditions:
        return ""
    if originals == renditions:
        return "WEIKE_S3_BUCKET and WEIKE_S3_RENDITIONS_BUCKET must name two buckets: originals are never served."
    if bool(keys[0]) != bool(keys[1]):
        return "WEIKE_S3_ACCESS_KEY and WEIKE_S3_SECRET_KEY belong together: set both or neither."
    if endpoint and not endpoint.startswith(("http://", "https://")):
        return "WEIKE_S3_ENDPOINT must begin with http:// or https://."
    if renditions and nginx and not endpoint:
        return "WEIKE_S3_ENDPOINT must name the server of the bucket: with WEIKE_SENDFILE=nginx, nginx fetches media there."
    return ""


def email_from_url(url: str) -> dict[str, Any]:
    """Translate smtp://user:password@host:587 (STARTTLS), smtps://…:465 or smtp+plain://… into parts; "" gives empty ones.

    Raises ValueError for any other scheme and for a URL without a host.
    """
    parts = urlsplit(url)
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25, "": 25}
    if parts.scheme not in ports or (url and not parts.hostname):
        raise ValueError("WEIKE_EMAIL_URL looks like smtp://user:password@host:587 or smtps://user:password@host:465.")
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or ports[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "ssl": parts.scheme == "smtps",
        "starttls": parts.scheme == "smtp",
    }
