"""Everything a deployment may set: each with its name, its default and its limits.

A value outside its limits stops the start, here. How a variable is read at all, also from a file
named by the same variable with _FILE behind it, is in environment_reader.py.

Periods, codes and wording that the process document fixes are not here but in code; what is here
may differ from council to council. A missing secret stops the start: there is no default for one.
"""

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from shielding.environment_reader import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

# --- Secrets and servers ------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
# "id:base64,id:base64": the first encrypts, all decrypt. What an older key wrote stays
# under it: nothing is written anew, so an older key must be kept.
RECORD_NUMBER_KEYS = env("RECORD_NUMBER_KEYS")
# One base64 key; it cannot be replaced yet: every blind index is made with it.
RECORD_INDEX_KEY = env("RECORD_INDEX_KEY")

DATABASES = {
    "default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
    # Waiting for a colleague's lock ends in a polite page, never in a hanging browser.
    "options": "-c lock_timeout=3000 -c statement_timeout=10000"
    " -c idle_in_transaction_session_timeout=15000",
    "connect_timeout": 5,  # a server that is away ends in a page too
}
# Only `manage.py release` and the tests' set-up use the owner; a web process needs no such secret.
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEBUG = False

# Only the worker and the beat talk to Redis; no page does. redis://, rediss:// or redis+socket://.
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")

# --- The council, the shielded system and the periods -------------------------------------------
COUNCIL_NAME = env("COUNCIL_NAME", default="Exampleshire Council")
COUNCIL_PHONE = env("COUNCIL_PHONE", default="01632 960 001")
COUNCIL_PHONE_OUT_OF_HOURS = env("COUNCIL_PHONE_OUT_OF_HOURS", default="01632 960 002")
COUNCIL_EMAIL = env("COUNCIL_EMAIL", default="iw.team@council.example")
# Whom to tell of a weakness, in /.well-known/security.txt: an email address or an https address.
SECURITY_CONTACT = env("SECURITY_CONTACT", default="").strip()
# Which addresses an account may have, such as "council.gov.uk,nhs.net"; with none, all of them.
MAIL_DOMAINS = [one.strip().lower().lstrip("@") for one in env.list("MAIL_DOMAINS", default=[])]
SERVICE_NAME = env("SERVICE_NAME", default="Shielding requests")
PHASE_BANNER = env("PHASE_BANNER", default="")
SYSTEM_NAME = env("SYSTEM_NAME", default="ContactPoint")
RECORD_NUMBER_PATTERN = env("RECORD_NUMBER_PATTERN", default=r"CP\d{8}")
RECORD_NUMBER_HINT = env(
    "RECORD_NUMBER_HINT", default="“CP” and 8 digits, for example CP00000000. Not the NHS number."
)
FIRST_REVIEW_DAYS = env.int("FIRST_REVIEW_DAYS", default=7)
REVIEW_MONTHS = env.int("REVIEW_MONTHS", default=6)
if not (1 <= FIRST_REVIEW_DAYS <= 7 and 1 <= REVIEW_MONTHS <= 6):
    # The process document allows sooner, never later: "within seven days", "every 6 months".
    raise ImproperlyConfigured(
        "FIRST_REVIEW_DAYS must be 1 to 7 and REVIEW_MONTHS 1 to 6: the process allows no longer."
    )
# The final unshield takes two people. Switching that off is an entry, written by `release`.
UNSHIELD_BY_TWO = env.bool("UNSHIELD_BY_TWO", default=True)


def _counted(name: str, value: str, most: int = 1_000_000, least: int = 1) -> int:
    """Return a whole number within its limits, or refuse to start."""
    if value.isascii() and value.isdecimal() and len(value) <= 7 and least <= int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(
        f"{name} must be a whole number from {least} to {most}, not {value!r}."
    )


def _addresses(name: str, values: list[str]) -> list[str]:
    """Return email addresses, each once, or refuse to start; a wrong one is not shown."""
    found = list(dict.fromkeys(one.strip() for one in values))
    for place, address in enumerate(found, start=1):
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(
                f"{name} must be email addresses, divided by commas: number {place} is none."
            ) from None
    return found


def _line(name: str, value: str) -> str:
    """Return what stands in a mail's head or foot, or refuse to start: it is one line."""
    if value and not value.isprintable():
        raise ImproperlyConfigured(f"{name} must be one line of printed characters.")
    return value.strip()


if SECURITY_CONTACT and not re.fullmatch(r"https://[!-~]+", SECURITY_CONTACT):
    _addresses("SECURITY_CONTACT", [SECURITY_CONTACT])

# From how many on, within so many days, something is listed for the auditors: see
# logbook/misuse/signs.py.
MISUSE = {
    "days": _counted("MISUSE_DAYS", env("MISUSE_DAYS", default="7"), most=366),
    "refused": _counted("MISUSE_REFUSED", env("MISUSE_REFUSED", default="5")),
    "records": _counted("MISUSE_RECORDS", env("MISUSE_RECORDS", default="20")),
    "records_iw": _counted("MISUSE_RECORDS_IW", env("MISUSE_RECORDS_IW", default="100")),
    "people": _counted("MISUSE_PEOPLE", env("MISUSE_PEOPLE", default="8")),
    "burst": _counted("MISUSE_BURST", env("MISUSE_BURST", default="20")),
    "asked": _counted("MISUSE_ASKED", env("MISUSE_ASKED", default="10")),
    "asked_one": _counted("MISUSE_ASKED_ONE", env("MISUSE_ASKED_ONE", default="3")),
    "declined": _counted("MISUSE_DECLINED", env("MISUSE_DECLINED", default="3")),
    "agreed": _counted("MISUSE_AGREED", env("MISUSE_AGREED", default="10")),
    "register": _counted("MISUSE_REGISTER", env("MISUSE_REGISTER", default="10")),
}

# --- Django -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "requests_app",
    "brokerage",
    "shielding",
    "shielding.accounts",
    "logbook",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "shielding.web.middleware.no_body_for_head",
    "shielding.web.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "shielding.web.middleware.known_methods",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shielding.accounts.sessions.middleware.SignedInUser",
    "shielding.web.middleware.session_limits",
    "shielding.web.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shielding.accounts.attempts.page.attempts",
    "shielding.accounts.attempts.writes.writes",
    "shielding.web.refusal_middleware.refusals",
]
ROOT_URLCONF = "shielding.urls"
WSGI_APPLICATION = "shielding.wsgi.application"
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
                "shielding.web.navigation.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shielding.accounts.sign_in.passwords.NothingExpected"},
]
# The first keeps, all compare: a password that an older way kept is kept anew as it is used.
PASSWORD_HASHERS = [
    "shielding.accounts.sign_in.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "shielding.accounts.sign_in.adapter.ClosedDoor"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the IW Team, never by signing up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # ours: shielding/accounts/attempts

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Sessions, cookies, headers -----------------------------------------------------------------
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=15)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
# A decision asks for a password given within so many minutes.
FRESH_SIGN_IN_MINUTES = env.int("FRESH_SIGN_IN_MINUTES", default=60)
if not 1 <= FRESH_SIGN_IN_MINUTES <= 60:
    raise ImproperlyConfigured("FRESH_SIGN_IN_MINUTES must be 1 to 60: it may only be shortened.")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# After its last use a row stands for a day: what is kept of an open page, for half of one.
SESSION_COOKIE_AGE = 24 * 60 * 60
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The prefix makes browsers insist on Secure, path "/" and no domain; loopback http counts too.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shielding.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# Plain http is for a machine talking to itself; the embedded run sets this and binds to loopback.
LOCAL_HTTP = env.bool("LOCAL_HTTP", default=False)
SECURE_SSL_REDIRECT = not LOCAL_HTTP
# How many proxies stand in front, each adding to X-Forwarded-For. Said too low, all people are one
# to what counts tries to sign in; too high, everybody chooses who they are. So it must be said.
TRUSTED_PROXY_COUNT = _counted(
    "TRUSTED_PROXY_COUNT",
    env("TRUSTED_PROXY_COUNT", default="0" if LOCAL_HTTP else ""),
    least=0,
    most=4,
)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked by machines beside this one, without TLS
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What one person may send: more than a morning's data load takes. Sending a request to shield, and
# what a page sends by itself, is never counted.
WRITES_AN_HOUR = _counted("WRITES_AN_HOUR", env("WRITES_AN_HOUR", default="600"), least=200)

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["shielding.web.uploads.no_files.NoFiles"]  # the product takes no file

# --- Mail ---------------------------------------------------------------------------------------
# The address people sign in at, for the links in mails: never taken from what a browser sent.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000/").rstrip("/") + "/"
# Whoever sees the list of somebody's mails may learn no more from it than that there is one.
MAIL_SUBJECT = env("MAIL_SUBJECT", default="You have a message")
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="no-reply@council.example")
# Who every mail says it is from, and a number to check by that it is: the council's where not set.
MAIL_SENDER_NAME = _line("MAIL_SENDER_NAME", env("MAIL_SENDER_NAME", default=""))
MAIL_CHECK_PHONE = _line("MAIL_CHECK_PHONE", env("MAIL_CHECK_PHONE", default=""))
# Addresses that the IW Team on duty reads at any hour: what is to be shielded is mailed there too.
# Where there is one, members themselves are alerted from 08:00 to 18:00 on working days.
DUTY_MAILBOXES = _addresses("DUTY_MAILBOXES", env.list("DUTY_MAILBOXES", default=[]))
# smtp://user:password@host:port, smtp+tls:// (STARTTLS) or smtp+ssl://.
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 30
# The demo's mails become files of this folder, and a page lists them for everybody to read: a
# link that sets a password may be among them, so only on a machine that talks to itself.
MAIL_FOLDER = env("MAIL_FOLDER", default="")
if MAIL_FOLDER:
    if not LOCAL_HTTP:
        raise ImproperlyConfigured("MAIL_FOLDER shows every mail to everybody: LOCAL_HTTP only.")
    EMAIL_BACKEND = "shielding.notices.demo_mailbox.Folder"
# The file that says by how many days the demo's clock was moved; a page moves it for everybody.
DEMO_CLOCK = env("DEMO_CLOCK", default="")
if DEMO_CLOCK and (not LOCAL_HTTP or env.bool("BEHIND_TLS_PROXY", default=False)):
    raise ImproperlyConfigured("DEMO_CLOCK lets everybody move the clock: LOCAL_HTTP only.")
# What is given besides the password. Off in the demo alone, which says so on every page.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=True)
_DEMO = (DEMO_CLOCK or MAIL_FOLDER) and not env.bool("BEHIND_TLS_PROXY", default=False)
if not SECOND_FACTOR and not _DEMO:
    raise ImproperlyConfigured("SECOND_FACTOR can be switched off in the demo only.")
# Further than three working days ever are, which an invitation is good for.
PASSWORD_RESET_TIMEOUT = 14 * 24 * 60 * 60
PASSWORD_LINK_MINUTES = 60  # for an account that has a password: see notices/password_links.py
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "shielding.notices.password_links.PasswordLinks"  # noqa: S105 - a class

# --- The worker and its clock -------------------------------------------------------------------
# What is owed stands in PostgreSQL. Messages only say "go and look": they have no arguments, and
# losing them all costs a minute. So nothing here guards a message; each task guards its own rows.
TICK_SECONDS = env.int("TICK_SECONDS", default=60)
if not 1 <= TICK_SECONDS <= 60:
    raise ImproperlyConfigured("TICK_SECONDS must be 1 to 60: reminders are due by the minute.")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# Acknowledged as it is taken: a look carries no obligation, and the next minute looks again.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # Redis may ask for an early look, and nothing else
CELERY_WORKER_HIJACK_ROOT_LOGGER = CELERY_WORKER_REDIRECT_STDOUTS = False
# Redis may be away for as long as it is: a worker waits for it before it begins, and one that loses
# it ends, to be started again. Connected anew, it was seen to take no task ever after.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_RETRY = False
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Three places, as Celery's manual asks: how long a message may be unconfirmed.
CELERY_VISIBILITY_TIMEOUT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
# By interval and in UTC: local times stop or double when the clocks change. Kept in memory: two
# beats are harmless and a new one needs no file.
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": name,
        "schedule": float(TICK_SECONDS),
        # A look that was not taken before the next one is due is not taken at all.
        "options": {"expires": TICK_SECONDS * 5 / 6},
    }
    for name in ("open_reviews", "raise_reminders", "deliver_mail", "keep_house")
}

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "collected"
STATICFILES_DIRS = [VAR / "static"] if (VAR / "static").is_dir() else []
STORAGES = {
    "staticfiles": {
        "BACKEND": env("STATICFILES_BACKEND", default="shielding.web.static_files.Manifest")
    },
}

# --- Logs ---------------------------------------------------------------------------------------
# No request body, form value or database error text reaches a line: see
# shielding/operations/logs.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "shielding.operations.logs.Careful"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
