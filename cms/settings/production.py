"""What an operator runs: HTTPS, secure cookies, no demonstration secrets."""

from django.core.exceptions import ImproperlyConfigured

from cms.settings.base import *
from cms.settings.base import (
    ACCESS_LOG_KEEP,
    ALLOWED_HOSTS,
    AUDIT_KEEP,
    LEDGER_KEEP,
    LONGEST_YEAR,
    PROBE_PATHS,
    S3_ACCESS,
    SECRET_KEY,
    SENDFILE,
    TRUST_PROXY,
)
from cms.settings.environment import bucket_setting_fault, read, read_bool, read_int

MINIMUM_KEY_LENGTH = 50
LEAST_ACCESS_LOG_DAYS = 184
LEAST_YEARS = 5

if len(SECRET_KEY) < MINIMUM_KEY_LENGTH or SECRET_KEY.startswith("demo-only-key"):
    raise ImproperlyConfigured("WEIKE_SECRET_KEY must be a random text of at least 50 characters.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("WEIKE_ALLOWED_HOSTS must name the host names people use.")

if ACCESS_LOG_KEEP.days < LEAST_ACCESS_LOG_DAYS:
    raise ImproperlyConfigured(f"WEIKE_ACCESS_LOG_DAYS must be at least {LEAST_ACCESS_LOG_DAYS}: half a year.")
if min(AUDIT_KEEP, LEDGER_KEEP) < LONGEST_YEAR * LEAST_YEARS:
    raise ImproperlyConfigured(f"WEIKE_AUDIT_YEARS and WEIKE_LEDGER_YEARS must be at least {LEAST_YEARS}.")

if fault := bucket_setting_fault(
    originals=read("WEIKE_S3_BUCKET"),
    renditions=read("WEIKE_S3_RENDITIONS_BUCKET"),
    endpoint=S3_ACCESS["endpoint"],
    keys=(S3_ACCESS["key"], S3_ACCESS["secret"]),
    nginx=SENDFILE == "nginx",
):
    raise ImproperlyConfigured(fault)

HTTPS = read_bool("WEIKE_HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = read_int("WEIKE_HSTS_S", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Probes and monitoring inside ask by address and without TLS.
SECURE_REDIRECT_EXEMPT = [rf"^{path[1:]}$" for path in PROBE_PATHS]
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if read("REDIS_URL"):
    from redis.backoff import ExponentialWithJitterBackoff
    from redis.retry import Retry

    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": read("REDIS_URL"),
            # A Redis that is started anew leaves dead connections behind, and is away for a moment.
            "OPTIONS": {"retry": Retry(ExponentialWithJitterBackoff(base=0.1, cap=1), 6)},
        }
    }
