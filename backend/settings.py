"""How this installation is set up; everything that differs from place to place comes from the environment."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from backend import environment as env

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.text("RELAIS_VAR", str(ROOT / "var")))

DEBUG = env.flag("RELAIS_DEBUG")
# The demonstration: invented people whose sign-ins are shown on the sign-in page. Never on a public machine.
RELAIS_DEMO = env.flag("RELAIS_DEMO")
RELAIS_PUBLIC_HOST = env.text("RELAIS_PUBLIC_HOST", "relais.brussels.example")
RELAIS_PHONE = env.text("RELAIS_PHONE", "02 000 00 00")
RELAIS_FILES = env.text("RELAIS_FILES", str(VAR / "files"))
RELAIS_MAX_FILE_BYTES = env.number("RELAIS_MAX_FILE_BYTES", 20_000_000)
# Where uploads wait for a worker; the same folder for every process of the service.
RELAIS_SPOOL = env.text("RELAIS_SPOOL", str(VAR / "spool"))
# Signed statements of the ledger: whose they are, the key (made at the first use where none is given), what is kept
# outside the database, and who gets them by mail.
RELAIS_CHECKPOINT_ORIGIN = env.text("RELAIS_CHECKPOINT_ORIGIN", f"{RELAIS_PUBLIC_HOST}/ledger")
RELAIS_CHECKPOINT_KEY = env.text("RELAIS_CHECKPOINT_KEY")
RELAIS_CHECKPOINT_KEY_FILE = env.text("RELAIS_CHECKPOINT_KEY_FILE", str(VAR / "checkpoint-key"))
RELAIS_CHECKPOINTS = env.text("RELAIS_CHECKPOINTS", str(VAR / "checkpoints"))
RELAIS_AUDITORS = env.words("RELAIS_AUDITORS", [])
# Who answers for personal data, as registers and notices name them; the archivist's own file of retention rules.
RELAIS_CONTROLLER = env.text("RELAIS_CONTROLLER", "Ville de Bruxelles / Stad Brussel")
RELAIS_DPO = env.text("RELAIS_DPO", f"dpo@{RELAIS_PUBLIC_HOST}")
# The demonstration's rules let requests go after a year, so that an elimination list has something to name.
_RULES = str(ROOT / "backend" / "demonstration" / "retention.toml") if RELAIS_DEMO else ""
RELAIS_RETENTION = env.text("RELAIS_RETENTION", _RULES)
RELAIS_STATEMENT = env.text("RELAIS_STATEMENT")
# Hours a manifest may be under way before it becomes an exception.
RELAIS_TRANSIT_HOURS = env.number("RELAIS_TRANSIT_HOURS", 24)
# Days after which auditors are told that a device does not move on.
RELAIS_STILL_DAYS = env.number("RELAIS_STILL_DAYS", 90)
# A folder with the city's own words of the agreement, market values and thresholds; empty: those of the project.
RELAIS_AGREEMENT_TEXTS = env.text("RELAIS_AGREEMENT_TEXTS")
# From which value of its gifts on, in euro, a decision is sent to the Region (ordinance of 14 May 1998); the
# default is the first threshold of the law on subsidies.
RELAIS_REGION_EURO = env.number("RELAIS_REGION_EURO", 1240)
# A worker that shows no progress for so long is taken for dead.
RELAIS_LEASE_SECONDS = env.number("RELAIS_LEASE_SECONDS", 60)
# Where label printers may stand: networks, and ports of them. Whoever sets up a printer can make Relais talk to them.
_PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "127.0.0.0/8", "::1/128"]
RELAIS_PRINTERS = env.words("RELAIS_PRINTERS", _PRIVATE)
RELAIS_PRINTER_PORTS = env.words("RELAIS_PRINTER_PORTS", ["9100-9109"])
# How much of a list is read, where this installation differs from imports/readers/limits.py.
RELAIS_LIST_LIMITS = {
    name: env.number(f"RELAIS_LIST_{name.upper()}", 0)
    for name in ("bytes", "unpacked_bytes", "ratio", "sheets", "rows", "columns", "cell_length")
    + ("memory_bytes", "cpu_seconds", "wall_seconds")
    if env.text(f"RELAIS_LIST_{name.upper()}")
}


def _secret() -> str:
    # Made at the first start and kept beside the data; a service on several machines sets it by hand.
    given = env.text("RELAIS_SECRET_KEY")
    if given:
        return given
    kept = VAR / "secret-key"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


SECRET_KEY = _secret()
ALLOWED_HOSTS = env.words("RELAIS_HOSTS", ["localhost", "127.0.0.1", "[::1]", RELAIS_PUBLIC_HOST])
CSRF_TRUSTED_ORIGINS = env.words("RELAIS_ORIGINS", [])
BEHIND_TLS = env.flag("RELAIS_TLS")
if DEBUG and BEHIND_TLS:
    raise ImproperlyConfigured("RELAIS_DEBUG shows secrets in its error pages: never together with RELAIS_TLS.")

INSTALLED_APPS = [
    "backend.web",
    "backend.accounts",
    "inventory",
    "labels",
    "imports",
    "allauth",
    "allauth.account",
    "ninja",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "backend.middleware.BrowserPermissions",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.middleware.SignInFirst",
    "backend.middleware.RefusalPages",
    "backend.middleware.NoNul",
    "backend.idempotency.AnswerOnce",
]

ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"
FORM_RENDERER = "backend.web.forms.RelaisRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "backend.web.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{VAR / 'relais.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_ADAPTER = "backend.accounts.adapter.ClosedAccounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "backend.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PREVENT_ENUMERATION = True
EMAIL_BACKEND = env.text("RELAIS_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("RELAIS_EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("RELAIS_EMAIL_PORT", 25)
DEFAULT_FROM_EMAIL = env.text("RELAIS_EMAIL_FROM", f"relais@{RELAIS_PUBLIC_HOST}")

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "backend" / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
# Served from where they stand in the source: nothing to collect, nothing to forget after an update.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A select-all over a page of many rows sends many fields; more than this is not a form a person filled in.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# A year of wiping logs, dropped at once.
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("RELAIS_LOG_LEVEL", "WARNING")},
}
