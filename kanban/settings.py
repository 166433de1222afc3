"""Every setting, read from the environment once. docs/operating.md has the table."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
# Real environment variables win over the file, so that one run can be changed without editing it.
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")), overwrite=False)


def number(name: str, default: float) -> float:
    """A number of the environment; anything else stops the start with a sentence."""
    try:
        return float(env.str(name, default=str(default)))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, such as {default:g}.") from None


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-debugging-" * 3 if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random one into .env, for example the output of: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

HOST = env.str("HOST", default="127.0.0.1")
PORT = int(number("PORT", 8000))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

# Plannr: where it is, and the personal token that this board speaks with.
PLANNR_BASE_URL = env.str("PLANNR_BASE_URL", default="https://api.plannrcrm.com")
if not re.match(r"https://[\w.-]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", PLANNR_BASE_URL):
    raise ImproperlyConfigured(
        "PLANNR_BASE_URL must begin with https://, because the access token travels with every request. "
        "Plain http is for a sandbox on this machine alone."
    )
PLANNR_ACCESS_TOKEN = env.str("PLANNR_ACCESS_TOKEN", default="")
PLANNR_ACCOUNT_UUID = env.str("PLANNR_ACCOUNT_UUID", default="")
PLANNR_CASE_URL = env.str("PLANNR_CASE_URL", default="")  # where people find a case in Plannr, with {uuid} in it
if PLANNR_CASE_URL and not re.match(r"https?://[^\s{}]*\{uuid\}[^\s{}]*$", PLANNR_CASE_URL):
    raise ImproperlyConfigured(
        "PLANNR_CASE_URL is the address of a case in Plannr: it begins with https:// and holds {uuid} where the "
        "uuid of the case belongs."
    )
PLANNR_TIMEOUT = number("PLANNR_TIMEOUT", 15)  # seconds that one call to Plannr may take in all
PLANNR_DIALECT = env.dict("PLANNR_DIALECT", default={})  # what `manage.py check_plannr` found, e.g. positions=store
for name, value in PLANNR_DIALECT.items():
    if value not in {"positions": ("shift", "store"), "plans": ("keep", "send"), "completed": ("sync", "send")}.get(
        name, ()
    ):
        raise ImproperlyConfigured(
            f"PLANNR_DIALECT does not know {name}={value}. It takes positions=shift or store, plans=keep or send, "
            "completed=sync or send, separated by commas: manage.py check_plannr prints what fits your account."
        )
REFRESH_SECONDS = number("REFRESH_SECONDS", 10)  # how old the mirror may be before it is read again
SETTLE_SECONDS = number("SETTLE_SECONDS", 60)  # how long a move that Plannr did not confirm may still be made late

# Who may use the board. "plannr": everybody signs in with Plannr, each under their own rights there. "accounts":
# local accounts, over the one token. "off": nobody has to sign in, and the server stays on loopback.
PLANNR_OAUTH_CLIENT_ID = env.str("PLANNR_OAUTH_CLIENT_ID", default="")
PLANNR_OAUTH_CLIENT_SECRET = env.str("PLANNR_OAUTH_CLIENT_SECRET", default="")
SIGN_IN = env.str("SIGN_IN", default="plannr" if PLANNR_OAUTH_CLIENT_ID else "off")
if SIGN_IN not in ("plannr", "accounts", "off"):
    raise ImproperlyConfigured("SIGN_IN is plannr, accounts or off.")
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://{HOST}:{PORT}").rstrip("/")  # where browsers find the board
TOKEN_KEYS = env.list("TOKEN_KEYS", default=[])  # the first seals tokens, all of them open them
if SIGN_IN == "plannr" and not (PLANNR_OAUTH_CLIENT_ID and PLANNR_OAUTH_CLIENT_SECRET and TOKEN_KEYS):
    raise ImproperlyConfigured(
        "Signing in with Plannr needs PLANNR_OAUTH_CLIENT_ID, PLANNR_OAUTH_CLIENT_SECRET and TOKEN_KEYS. A key for "
        "TOKEN_KEYS: python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
    )
SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", 30)  # without a hand on the board; streams are no hand
SESSION_HOURS = number("SESSION_HOURS", 8)  # whatever happens

# Local accounts. django-axes counts wrong passwords: five, and the next is looked at when they are five minutes old.
# kanban/accounts/lockout.py says whose they are and where from. Guesses while one waits do not prolong the waiting.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "kanban.accounts.local_accounts.NotTooLong"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "full_name")},
    },
]
AXES_ENABLED = SIGN_IN == "accounts"
AXES_HANDLER = "kanban.accounts.lockout.Counter"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "kanban.web.views.local_accounts.too_many_guesses"
AXES_CLIENT_IP_CALLABLE = "kanban.accounts.lockout.address_of"
AXES_USERNAME_CALLABLE = "kanban.accounts.lockout.name_of"
AXES_USERNAME_FORM_FIELD = "username"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# What axes neither stores nor logs, though it was sent. Of passwords it must not be left to one field's name.
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "old_password", "new_password1", "new_password2"]

# Streams: each open board keeps one, and each takes a thread that mostly sleeps. A process keeps some for the pages.
THREADS = int(number("THREADS", 384))
STREAMS = int(number("STREAMS", max(THREADS - 32, THREADS // 2)))

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "csp",
    "kanban",
]
AUTH_USER_MODEL = "kanban.Person"
SESSION_ENGINE = "kanban.accounts.sessions"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kanban.web.middleware.compressed",
    "csp.middleware.CSPMiddleware",
    "kanban.web.middleware.no_store",
    "kanban.web.middleware.storable_text_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kanban.web.middleware.ConnectionMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kanban.urls"
WSGI_APPLICATION = "kanban.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "kanban.web.http.how_people_sign_in"],
            "builtins": ["django.templatetags.static", "kanban.templatetags.board", "kanban.templatetags.case"],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock when a transaction begins: without it two writers that both read first
    # end in "database is locked", whatever the time-out.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}  # a file, so that threads share it as in life
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # to open the file and read its schema costs more than most requests do
else:
    # To open one costs PostgreSQL more than most requests do, and hundreds of threads would keep hundreds open. So each
    # process has these few; whoever waits for Plannr, or sends an answer, gives theirs back first.
    DATABASES["default"] |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}  # a server that came back ended them all
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/London"  # review dates are days of the firm's calendar; the database holds UTC

BARE = DEBUG or "pytest" in sys.modules  # static files as they lie in the tree, not collected and hashed
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if BARE
        else "kanban.core.static_files.HashedFiles"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = BARE

# On: TLS in front of us (cookies travel by TLS only, HSTS, http is sent on to https). Off: plain http, for loopback
# or an intranet without TLS, where anyone on the wire can read and change what passes.
HTTPS = env.bool("HTTPS", default=not DEBUG)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # the page carries the token in a meta tag instead
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "kanban.web.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would make browsers hide the origin of our own forms as well
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.server": {"level": "INFO"}, "axes": {"level": "WARNING"}},
}
