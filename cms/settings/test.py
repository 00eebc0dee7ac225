"""The suite's settings: SQLite in a temporary file, or the server that DATABASE_URL names."""

import tempfile
from pathlib import Path

from cms.settings.base import *
from cms.settings.base import STORAGES
from cms.settings.environment import database_from_url, read, sqlite_database

DEMO = True
ACTS_NEED_WORDS = True
SECRET_KEY = "test-only"  # noqa: S105  # the suite signs with a constant
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LOG_FORMAT = "console"
LOG_LEVEL = "WARNING"
METRICS_DIR = ""
MAIL_IS_SENT = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

DATA_DIR = Path(tempfile.mkdtemp(prefix="weike-test-"))
MEDIA_ROOT = DATA_DIR / "media"
UPLOAD_ROOT = DATA_DIR / "uploads"
WORK_ROOT = DATA_DIR / "work"
ACCESS_LOG_DIR = DATA_DIR / "access-log"
SEARCH_DB = DATA_DIR / "search.sqlite3"
STATIC_ROOT = DATA_DIR / "static"
# WhiteNoise warns about a missing folder, and warnings are errors here.
STATIC_ROOT.mkdir()

if read("DATABASE_URL"):
    DATABASES = {"default": database_from_url(read("DATABASE_URL"))}
else:
    DATABASES = {"default": sqlite_database(DATA_DIR / "test.sqlite3")}
    # A file, as in service: threads that share one in-memory database lock each other out where WAL does not.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "suite.sqlite3"}

STORAGES = {
    **STORAGES,
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "site"), "base_url": "/media/site/"},
    },
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "originals")},
    },
    "renditions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "renditions")},
    },
    # The manifest exists only after collectstatic; pages under test need no built front end.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Argon2 at full strength would cost the suite minutes; its own tests ask for it by name.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
