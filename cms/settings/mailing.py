"""E-mail for notices."""

from cms.settings.environment import email_from_url, read

# Without a server nobody is asked for an address.
EMAIL_URL = read("WEIKE_EMAIL_URL")
MAIL_IS_SENT = bool(EMAIL_URL)
EMAIL = email_from_url(EMAIL_URL)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_URL else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = EMAIL["host"]
EMAIL_PORT = EMAIL["port"]
EMAIL_HOST_USER = EMAIL["user"]
EMAIL_HOST_PASSWORD = EMAIL["password"]
EMAIL_USE_SSL = EMAIL["ssl"]
EMAIL_USE_TLS = EMAIL["starttls"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = read("WEIKE_EMAIL_FROM", "weike@localhost")
