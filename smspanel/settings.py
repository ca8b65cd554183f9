"""Django settings; everything a deployer may change comes from the environment (docs/operators.md)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF, UNSAFE_EVAL
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from redis import Redis

from smspanel import environment
from smspanel.version import VERSION

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("SMSPANEL_DATA", BASE_DIR / "var")
UPLOAD_DIR = DATA_DIR / "uploads"

DEBUG = environment.flag("SMSPANEL_DEBUG", default=False)
SECRET_KEY = environment.secret("SMSPANEL_SECRET_KEY", DATA_DIR / "secret_key")
ENCRYPTION_KEYS = environment.secret(
    "SMSPANEL_ENCRYPTION_KEYS", DATA_DIR / "encryption_keys", make=Fernet.generate_key().decode()
).split()
for _key in ENCRYPTION_KEYS:
    try:
        Fernet(_key)
    except ValueError:
        environment.refuse("SMSPANEL_ENCRYPTION_KEYS holds a word that is no Fernet key (44 characters of base64).")

PORT = environment.number("PORT", 8000, low=1, high=65535)
_public = environment.address("SMSPANEL_PUBLIC_URL", f"http://127.0.0.1:{PORT}")
PUBLIC_URL = _public.geturl()
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = environment.hosts("SMSPANEL_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", _public.hostname or ""])
TRUSTED_PROXIES = environment.number("SMSPANEL_TRUSTED_PROXIES", 0, low=0, high=9)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "smspanel.apps.PanelConfig",
    "accounts",
    "contacts",
    "campaigns",
    "smspanel.apps.PanelAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "import_export",
    "ninja",
    "django_rq",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Above all that may answer by itself, so that every answer carries their headers.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "smspanel.api.middleware.RestApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SafetyMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.number_guard.NumbersMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "smspanel.urls"
WSGI_APPLICATION = "smspanel.wsgi.application"
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
            ],
        },
    },
]

# --- databases -------------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    """Return Django's settings for DATABASE_URL, with the options that the three promises rest on."""
    url = environment.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'smspanel.sqlite3'}")
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        environment.refuse(f"DATABASE_URL begins with {scheme!r}; use sqlite:///file or postgresql://user@host/name.")
    pooled = environment.flag("SMSPANEL_TRANSACTION_POOLING", default=False)
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url, disable_server_side_cursors=pooled))
    except ValueError:
        environment.refuse(
            "DATABASE_URL cannot be read; write it as postgresql://user:password@host:5432/name, "
            "with the special characters of the password percent-encoded."
        )
    if database["NAME"] in {"", ":memory:"}:
        environment.refuse(f"DATABASE_URL names no database; write it as {scheme}://…/name.")
    if scheme == "sqlite":
        if not Path(database["NAME"]).absolute().parent.is_dir():
            environment.refuse(f"DATABASE_URL names {database['NAME']!r}, and there is no such folder. Make it first.")
        # IMMEDIATE: a transaction that reads and then writes never fails half-way with "database is locked".
        # FULL: "I am about to send" must survive a power cut.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536",
        }
    else:
        database["CONN_HEALTH_CHECKS"] = True
        database["CONN_MAX_AGE"] = 60
        database.setdefault("OPTIONS", {})["options"] = (
            "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
        )
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LEAST_FREE_MB = None
"""Set instead of 1 GiB or the twentieth part of the disk, see smspanel/room.py."""
if environment.text("SMSPANEL_LEAST_FREE_MB"):
    LEAST_FREE_MB = environment.number("SMSPANEL_LEAST_FREE_MB", 1024, low=0, high=1_000_000_000)

# --- jobs ------------------------------------------------------------------------------------------------

QUEUES = ("urgent", "dispatch", "inbox", "postbacks", "bulk")
VALKEY_SOCKET = DATA_DIR / "valkey.sock"
REDIS_URL = environment.text("REDIS_URL", f"unix://{VALKEY_SOCKET}?db=0")
try:
    Redis.from_url(REDIS_URL)
except ValueError:
    environment.refuse(
        "REDIS_URL cannot be read; write it as redis://user:password@host:6379/0, rediss://… or unix:///path?db=0, "
        "with the special characters of the password percent-encoded."
    )
RQ = {"COMMIT_MODE": "auto"}  # smspanel/doorbell.py rings after the commit itself
RQ_SHOW_ADMIN_LINK = False
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL,
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "DEFAULT_TIMEOUT": 90,
        "DEFAULT_RESULT_TTL": 0,
    }
    for name in QUEUES
}

# --- people ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = "accounts.guessing.limit"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "accounts.guessing.person_of"
AXES_CLIENT_IP_CALLABLE = "smspanel.visitors.place_of"
AXES_ENABLE_ADMIN = False
# Staff sign in with a second step, unless only people at this very machine can reach the panel: a local trial.
STAFF_SECOND_FACTOR = environment.flag(
    "SMSPANEL_STAFF_SECOND_FACTOR", default=_public.hostname not in {"127.0.0.1", "localhost", "::1"}
)
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

# --- security --------------------------------------------------------------------------------------------

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "smspanel_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "smspanel_csrf"
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
CSRF_FAILURE_VIEW = "smspanel.refusals.refused"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],  # Alpine, as unfold ships it, evaluates its attributes
        "style-src": [SELF, "'unsafe-inline'"],  # unfold writes its colours into a style element
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
UPLOAD_MAX_BYTES = 100 * 1024 * 1024

# --- language, time, files -------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pl", _("Polish"))]
FORMAT_MODULE_PATH = ["smspanel.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Warsaw"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": UPLOAD_DIR},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- e-mails -----------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = environment.text("SMSPANEL_FROM_EMAIL", f"smspanel@{_public.hostname}")
EMAIL_HOST = environment.text("SMSPANEL_EMAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = environment.number("SMSPANEL_EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = environment.text("SMSPANEL_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("SMSPANEL_EMAIL_PASSWORD")
_email_security = environment.choice("SMSPANEL_EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _email_security == "starttls", _email_security == "tls"
EMAIL_TIMEOUT = 20

# --- sending ---------------------------------------------------------------------------------------------

# Hosts inside this network that provider connections may call, such as the simulator of the demo.
PRIVATE_HOSTS_ALLOWED = frozenset(environment.words("SMSPANEL_PRIVATE_HOSTS", []))

# Numbers that one order over the REST API may name (JustSend's own limit), and how often a day one number may get the
# same text as a single message; 0 is as often as is asked.
ORDER_LIMIT = environment.number("SMSPANEL_ORDER_LIMIT", 18_000, low=1, high=1_000_000)
SAME_TEXT_LIMIT = environment.number("SMSPANEL_SAME_TEXT_LIMIT", 3, low=0, high=1000)

# Calls a minute that one key may make, and whether errors of the REST API have statuses of their own.
API_CALLS_PER_MINUTE = environment.number("SMSPANEL_API_CALLS_PER_MINUTE", 6_000, low=1, high=10_000_000)
API_ERROR_STATUSES = environment.flag("SMSPANEL_API_ERROR_STATUSES", default=False)

# --- how long things are kept, in days; 0 is for ever -----------------------------------------------------

KEEP_TEXTS = environment.number("SMSPANEL_KEEP_TEXTS", 90, low=0, high=36_500)
KEEP_NUMBERS = environment.number("SMSPANEL_KEEP_NUMBERS", 365, low=0, high=36_500)
KEEP_MESSAGES = environment.number("SMSPANEL_KEEP_MESSAGES", 0, low=0, high=36_500)
KEEP_INBOX = environment.number("SMSPANEL_KEEP_INBOX", 30, low=0, high=36_500)
KEEP_CALLS = environment.number("SMSPANEL_KEEP_CALLS", 30, low=0, high=36_500)
KEEP_REJECTED = environment.number("SMSPANEL_KEEP_REJECTED", 30, low=0, high=36_500)
KEEP_POSTBACKS = environment.number("SMSPANEL_KEEP_POSTBACKS", 30, low=0, high=36_500)
KEEP_REPLIES = environment.number("SMSPANEL_KEEP_REPLIES", 365, low=0, high=36_500)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "smspanel.logs.OneLineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"rq.worker": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
}

# Nine o'clock is meant; the check takes it for "now" and speaks up at nine.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]
SMSPANEL_VERSION = VERSION

# Points that one member of staff may issue alone; a larger top-up waits for a second one.
GRANT_LIMIT = environment.number("SMSPANEL_GRANT_LIMIT", 100_000, low=0, high=1_000_000_000_000)

UNFOLD = {
    "SITE_TITLE": "smspanel",
    "SITE_HEADER": "smspanel",
    "SITE_SYMBOL": "sms",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": False,
    "LOGIN": {"form": "accounts.forms.SignInForm"},
    "DASHBOARD_CALLBACK": "campaigns.dashboard.dashboard",
    "STYLES": ["smspanel.sidebar.style"],
    "SCRIPTS": ["smspanel.sidebar.keep", "smspanel.sidebar.keyboard"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "smspanel.sidebar.icon"}],
    "ACCOUNT": {"navigation": "smspanel.sidebar.own_pages"},
    "SIDEBAR": {"show_search": False, "navigation": "smspanel.sidebar.navigation"},
    "COLORS": {
        "primary": {
            "50": "#eef7f6",
            "100": "#d4ebe8",
            "200": "#abd7d1",
            "300": "#79bdb5",
            "400": "#4a9d95",
            "500": "#2f827a",
            "600": "#206a63",
            "700": "#1c5651",
            "800": "#1a4542",
            "900": "#183a37",
            "950": "#0a2220",
        }
    },
}
