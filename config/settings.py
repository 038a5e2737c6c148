"""The one settings file. What differs between machines comes from the environment.

| variable | meaning | when unset |
|---|---|---|
| `SECRET_KEY` | signing key; setting it also turns `DEBUG` off | a fixed key, for this machine only |
| `DEBUG` | show errors, serve over plain http | on when `SECRET_KEY` is unset |
| `ALLOWED_HOSTS` | host names, comma separated | this machine only |
| `CSRF_TRUSTED_ORIGINS` | `https://...`, comma separated, behind a proxy | none |
| `DATABASE_URL` | `postgres://user:password@host:port/name` | SQLite in `var/semesta.sqlite3` |
| `DATABASE_REPLICA_URL` | a streaming replica of it, for reports (PostgreSQL) | reports read from `DATABASE_URL` |
| `EMAIL_URL` | `smtp://...` | mail is printed |
| `DEFAULT_FROM_EMAIL` | sender of the mail | `semesta@localhost` |
| `SITE_URL` | address of the product, for links in mail | `http://127.0.0.1:8000` |
| `PROXY_SSL_HEADER` | on when a proxy in front sets `X-Forwarded-Proto` | off |
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
FIXTURE_DIR = BASE_DIR / "fixtures"

env = environ.Env()

DEBUG = env.bool("DEBUG", default="SECRET_KEY" not in os.environ)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("Set SECRET_KEY (for example 64 random characters) when DEBUG is off.")
    SECRET_KEY = "only-for-trying-semesta-on-ones-own-machine"  # noqa: S105 - DEBUG only
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Potentials are cached here (coverage/figures/potentials.py). A cache per process is enough: the key has their version.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50}}}

INSTALLED_APPS = [
    "config",
    "operations",
    "demonstration",
    "guides",
    "targets",
    "coverage",
    "accounts",
    "reporting",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_tables2",
    "simple_history",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "accounts.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.menu.page_frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# Database: what DATABASE_URL names, else a file.
VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'semesta.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction takes the write lock at its start, so that two writers wait for each other
    # instead of failing half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if env.str("DATABASE_REPLICA_URL", default=""):
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs a DATABASE_URL that names its PostgreSQL primary.")
    DATABASES["replica"] = env.db_url("DATABASE_REPLICA_URL") | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A dead server must not delay a page; and if the URL names a primary by mistake, nothing is written there.
        "OPTIONS": {"connect_timeout": 2, "options": "-c default_transaction_read_only=on"},
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["operations.replica.ReplicaRouter"]
    MIDDLEWARE.append("operations.replica.ReplicaMiddleware")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time. Numbers are formatted by reporting.numbers alone: USE_THOUSAND_SEPARATOR would
# print the year 2026 as "2.026".
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Accounts
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.OfficeBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.locked"
AXES_HTTP_RESPONSE_CODE = 429
# Further attempts while locked do not prolong the lock: the page names a time.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# Our own admin pages show failed logins, scoped to the office (accounts.admin).
AXES_ENABLE_ADMIN = False
SIMPLE_HISTORY_REVERT_DISABLED = True

# What a browser may load: only what this server sends. No inline script or style anywhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "accounts.views.form_check_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    SECURE_SSL_REDIRECT = True
    # Monitoring on this machine does not go through the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env.bool("PROXY_SSL_HEADER", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Static files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "operations.static_storage.StaticStorage"},
    }

# Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="semesta@localhost")
# Seconds: a mail server that does not answer must not delay a page for minutes.
EMAIL_TIMEOUT = 15
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

# An entry grid of a Kantor Wilayah has a few thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# A national file of 60,000 rows has about 2 MB.
UPLOAD_MAX_BYTES = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 2
FILE_UPLOAD_HANDLERS = ["reporting.uploads.LimitedUploadHandler"]

# The working calendar of a month: on time until, closes on (day of the following month).
ENTRY_DUE_DAY = 10
ENTRY_CLOSING_DAY = 20
# When `manage.py remind_offices` writes to an office that has not handed in its month
# (coverage/completeness/reminders.py).
REMINDERS = {
    # First this many days before the due date. Filling a grid takes an hour or two, so a week would be forgotten
    # again; three, because when the due date is a Monday the mail then still comes on the Friday before.
    "days_before": 3,
    # Then on the due date itself, and last this many days after it. The day after: what comes in is late now, but it
    # counts in full until the month closes.
    "days_after": 1,
    # Between two mails sent by hand to the same office.
    "pause_minutes": 60,
}
# When a figure is questioned (coverage/plausibility.py). Measured on the demonstration history by benchmarks/checks.py.
CHECKS = {
    # A month's change is compared with the cell's own last twelve changes: median plus or minus this many robust
    # standard deviations (1.4826 x MAD). 5 because members lapse and return in waves: 3.5, usual for bell-shaped
    # data, questions one cell in twenty.
    "deviations": 5.0,
    # Never question a change smaller than this share of last month's value, however steady the cell was.
    "floor_share": 0.10,
    # Nor one that chance explains: this many square roots of last month's number of participants, plus five.
    "chance_roots": 3.0,
    # With fewer changes than this the median is not used; the limit is then `border_without_habit`.
    "habit_months": 4,
    "border_without_habit": 0.5,
    # Always question a figure this many times larger or smaller than last month's: a typo of one digit is a factor
    # of ten.
    "largest_factor": 4,
    # Question a figure repeated for three months, in cells of at least this many participants.
    "unchanged_from": 100,
}
# Universal coverage means this share of the potential (RPJPN 2025-2045: 99.5 % in 2045).
UNIVERSAL_SHARE_PERCENT = "99.5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
