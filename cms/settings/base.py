"""Settings that every shape shares. Nothing above this folder reads the environment or asks which shape runs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.settings.environment import (
    bucket_storage,
    database_from_url,
    read,
    read_bool,
    read_int,
    read_list,
)
from cms.settings.keeping import *
from cms.settings.mailing import *

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(read("WEIKE_DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = read("WEIKE_SECRET_KEY")
DEBUG = False
DEMO = False
# Where the site is tested, an act or a field without words in the audit log is refused.
ACTS_NEED_WORDS = False
ALLOWED_HOSTS = read_list("WEIKE_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = read_list("WEIKE_TRUSTED_ORIGINS")
SITE_ADDRESS = read("WEIKE_SITE_ADDRESS", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    # Our rooms, upper floors first: an upper room's templates and commands win over a lower one's.
    "cms.demo",
    "cms.portal",
    "cms.learning",
    "cms.booking",
    "cms.courses",
    "cms.itineraries",
    "cms.library",
    "cms.lessons",
    "cms.quizzes",
    "cms.lecturers",
    "cms.venues",
    "cms.watching",
    "cms.videos",
    "cms.ledger",
    "cms.evaluations",
    "cms.feedback",
    "cms.review",
    "cms.assets",
    "cms.taxonomy",
    "cms.organisations",
    "cms.notices",
    "cms.jobs",
    "cms.accounts",
    "cms.core",
    "search",
    # Wagtail
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.accounts.apps.SiteUsersConfig",  # wagtail.users with our one name field
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    # Sign-in
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    # Work
    "django_tasks",
    "django_tasks_db",
    # Django
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "cms.core.middleware.NullCharacterMiddleware",
    "cms.core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.core.middleware.AdminKeysMiddleware",
    "cms.core.middleware.BrowserPolicyMiddleware",
    "cms.core.middleware.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.core.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cms.core.middleware.FormSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.core.middleware.PrivateAnswersMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.accounts.middleware.SecondFactorMiddleware",
    "cms.portal.middleware.OpenedFromSearchMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.core.context_processors.site",
                "cms.organisations.context_processors.navigation",
                "cms.notices.context_processors.unread",
            ],
        },
    },
]

DATABASES = {"default": database_from_url(read("DATABASE_URL", f"sqlite:///{DATA_DIR / 'weike.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# How many proxies of ours stand in front; core.addresses is the only reader, for lock-out, limits and logs.
PROXY_COUNT = read_int("WEIKE_PROXY_COUNT", 0)
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "cms.accounts.backends.SignInNameBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "phone", "staff_number", "name")},
    },
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cms.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "cms.accounts.forms.SignInForm",
    "change_password": "cms.accounts.forms.NewPasswordForm",
    "set_password": "cms.accounts.forms.FirstPasswordForm",
}
# A whole branch may sit behind one address; wrong passwords are counted by axes and by the account adapter.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    f"{act}_webauthn": f"cms.accounts.forms.{act.title()}PasskeyForm"
    for act in ("add", "edit", "authenticate", "login", "reauthenticate")
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "微课"
# One period of 30 s before and after: clocks of cheap phones drift, and a code takes time to type.
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "cms.accounts.adapters.SecondFactorAdapter"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Somebody guessing from one address must not lock the owner out everywhere, and one account must not be guessed from many.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# The pause has an end that can be told: trying during it does not prolong it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "cms.accounts.backends.lockout_name"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "password"]
# Else one household, which has more IPv6 addresses than there are people, would lock an account for everybody.
AXES_CLIENT_IP_CALLABLE = "cms.core.addresses.counted_address"
AXES_LOCKOUT_CALLABLE = "cms.accounts.views.lockout.locked_out"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "cms.core.views.csrf_failure"

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
# Stored in UTC, shown in the county's time.
TIME_ZONE = "Asia/Shanghai"

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "front" / "dist"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
UPLOAD_ROOT = DATA_DIR / "uploads"
WORK_ROOT = DATA_DIR / "work"
# Locations are text: Wagtail hands a storage to the worker as JSON when a file is to be deleted.
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "site"), "base_url": f"{MEDIA_URL}site/"},
    },
    # What people sent: never served.
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "originals")},
    },
    # What we made of it: served through signed addresses only.
    "renditions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT / "renditions")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
S3_ACCESS = {
    "endpoint": read("WEIKE_S3_ENDPOINT"),
    "key": read("WEIKE_S3_ACCESS_KEY"),
    "secret": read("WEIKE_S3_SECRET_KEY"),
    "region": read("WEIKE_S3_REGION", "us-east-1"),
}
if bucket := read("WEIKE_S3_BUCKET"):
    STORAGES["originals"] = bucket_storage(bucket, **S3_ACCESS)
if bucket := read("WEIKE_S3_RENDITIONS_BUCKET"):
    STORAGES["renditions"] = bucket_storage(bucket, **S3_ACCESS)
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365
# "direct": Django streams the file; "nginx": X-Accel-Redirect to the internal location of docker/nginx.conf.
SENDFILE = read("WEIKE_SENDFILE", "direct")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- Uploads and media ------------------------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = read_int("WEIKE_UPLOAD_MAX_MB", 4096) * 1024 * 1024
UPLOAD_QUOTA_BYTES = read_int("WEIKE_UPLOAD_QUOTA_MB", 20480) * 1024 * 1024
UPLOAD_QUOTA_COUNT = read_int("WEIKE_UPLOAD_QUOTA_COUNT", 200)
UPLOAD_QUOTA_MINUTES = read_int("WEIKE_UPLOAD_QUOTA_MINUTES", 1200)
# Of all who belong to one organisation; 0: no limit.
ORGANISATION_QUOTA_BYTES = read_int("WEIKE_ORGANISATION_QUOTA_MB", 0) * 1024 * 1024
ORGANISATION_QUOTA_COUNT = read_int("WEIKE_ORGANISATION_QUOTA_COUNT", 0)
ORGANISATION_QUOTA_MINUTES = read_int("WEIKE_ORGANISATION_QUOTA_MINUTES", 0)
UPLOAD_KEEP = timedelta(days=7)
UPLOAD_FREE_DISK_BYTES = read_int("WEIKE_FREE_DISK_MB", 1024) * 1024 * 1024
# As in docker/nginx.conf, for a site that has none in front: pages and lists, and the few addresses that take files.
FORM_BYTES = 8 * 1024 * 1024
FORMS_WITH_FILES = [
    (r"/(upload|lessons/[0-9]+)/file/$", UPLOAD_MAX_BYTES + 16 * 1024 * 1024),
    (r"/(admin/|lessons/[0-9]+/attachments/)", 64 * 1024 * 1024),
]
# Of each web process: half of its eight threads stay free for pages, however slowly people send.
UPLOAD_THREADS = read_int("WEIKE_UPLOAD_THREADS", 4)
SENDER_SILENCE_S = read_int("WEIKE_SENDER_SILENCE_S", 20)  # without one byte, however much came before
VIDEO_MAX_MINUTES = read_int("WEIKE_VIDEO_MAX_MINUTES", 60)
VIDEO_AUDIT_MINUTES = read_int("WEIKE_VIDEO_AUDIT_MINUTES", 30)
SPEECH_HOOK = read("WEIKE_SPEECH_HOOK")  # "package.module:function"; nothing is recognised without it
SPEECH_LANGUAGE = read("WEIKE_SPEECH_LANGUAGE", "zh-Hans")
MEDIA_SIGNATURE_AGE = timedelta(hours=6)

# --- Work -------------------------------------------------------------------------------------------------------------
QUEUES = ["default", "first_play", "ladder", "small"]
# The transport only carries "run job N": with a broker Celery does, without one our own database.
CELERY_BROKER_URL = read("CELERY_BROKER_URL")
# How whoever runs the site calls its commands: pages show it, to be pasted.
MANAGE_COMMAND = read("WEIKE_MANAGE", ".venv/bin/python manage.py")
TASK_BACKEND = "cms.celery_transport.CeleryBackend" if CELERY_BROKER_URL else "django_tasks_db.DatabaseBackend"
TASKS: dict[str, Any] = {"default": {"BACKEND": TASK_BACKEND, "QUEUES": QUEUES}}
JOB_LEASE = timedelta(seconds=read_int("WEIKE_JOB_LEASE_S", 60))
JOB_HEARTBEAT = timedelta(seconds=read_int("WEIKE_JOB_HEARTBEAT_S", 10))

# --- Search -----------------------------------------------------------------------------------------------------------
SEARCH_ENGINE = read("WEIKE_SEARCH_ENGINE", "embedded")
SEARCH_WORDS = read("WEIKE_SEARCH_WORDS")
SEARCH_DB = Path(read("WEIKE_SEARCH_DB", str(DATA_DIR / "search.sqlite3")))
ELASTICSEARCH_URL = read("ELASTICSEARCH_URL")
ELASTICSEARCH_PREFIX = read("WEIKE_ELASTICSEARCH_PREFIX", "weike")
ELASTICSEARCH_CA = read("WEIKE_ELASTICSEARCH_CA")

# --- Cache ------------------------------------------------------------------------------------------------------------
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    },
}

# --- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "微课"
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# One county, one clock: nobody chooses among six hundred.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "assets.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "assets.SiteDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "txt", "zip", "mp3", "m4a"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.assets.forms.SiteImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.assets.forms.SiteDocumentForm"
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.review.publication.publish_approved"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
# The admin's own search boxes. Full text of the databases knows words between spaces, which Chinese has none of: it would
# find “雪后巡线的一天” only by its beginning. This one looks for what was typed anywhere in the title.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database.fallback"}}
WAGTAIL_I18N_ENABLED = False
TAGGIT_CASE_INSENSITIVE = True

# --- Browser security -------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
MEDIA_ORIGINS = read_list("WEIKE_MEDIA_ORIGINS")
ACTIVITY_DAY = read_int("WEIKE_ACTIVITY_DAY", 20)  # of the month, where a branch did not set when it meets
# Without an address of tiles routes have their drawn map only, and nobody's browser asks another server.
MAP_TILES_URL = read("WEIKE_MAP_TILES_URL", "")
MAP_TILES_ATTRIBUTION = read("WEIKE_MAP_TILES_ATTRIBUTION", "")
MAP_TILES_DATUM = read("WEIKE_MAP_TILES_DATUM", "wgs84")
MAP_ORIGINS = ["/".join(MAP_TILES_URL.replace("{s}", "*").split("/")[:3])] if MAP_TILES_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *MEDIA_ORIGINS, *MAP_ORIGINS],
        "media-src": ["'self'", "blob:", *MEDIA_ORIGINS],
        "connect-src": ["'self'", *MEDIA_ORIGINS],
        "font-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}

# --- Logs -------------------------------------------------------------------------------------------------------------
LOG_FORMAT = read("WEIKE_LOG_FORMAT", "json")
LOG_LEVEL = read("WEIKE_LOG_LEVEL", "INFO")
LOGGING_CONFIG = None
METRICS_TOKEN = read("WEIKE_METRICS_TOKEN")
# Where several web processes keep what they count. prometheus_client reads the same name when it is first imported.
METRICS_DIR = read("PROMETHEUS_MULTIPROC_DIR")
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # Wagtail shows previews in a frame of the same site; other sites stay shut out
]
TRUST_PROXY = read_bool("WEIKE_TRUST_PROXY", default=False)
# What machines ask every few seconds: answered whatever host name, without HTTPS, and in no log.
PROBE_PATHS = ("/healthz", "/readyz", "/metrics")
# Who asked for what: files of one day each, apart from the log of the operator.
ACCESS_LOG_DIR = Path(read("WEIKE_ACCESS_LOG_DIR", str(DATA_DIR / "access-log")))
