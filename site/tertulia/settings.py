"""Tertulia's settings, in Django's own order. The defaults are secure.

https://docs.djangoproject.com/en/6.1/ref/settings/
"""

from pathlib import Path

from django.utils.csp import CSP

from .config.allauth_forms import ACCOUNT_FORMS, MFA_FORMS, SOCIALACCOUNT_FORMS  # noqa: F401
from .config.allowed_hosts import hosts
from .config.database_url import SQLITE_ENGINE, database
from .config.email_url import mailers, sender, site_url
from .config.env import (
    env,
    env_choice,
    env_flag,
    env_keys,
    env_networks,
    env_number,
    env_token,
    is_local,
    local_secret_key,
)
from .config.files_url import files_store
from .config.logging import configuration
from .config.oidc import providers
from .config.redis_url import channel_layer, redis_url
from .config.site_url import read as read_site_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

# Core

DEBUG = env_flag("DEBUG")
LOCAL = is_local()
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

# If one of these is missing, a check in tertulia.operations.checks reports it and stops the start.
SECRET_KEY = env("SECRET_KEY") or (local_secret_key(VAR_DIR / "secret-key") if LOCAL else "")
ALLOWED_HOSTS = hosts(env("ALLOWED_HOSTS")) or (LOOPBACK if LOCAL or DEBUG else [])
HAS_TLS = env_flag("TLS", not DEBUG and not set(ALLOWED_HOSTS) <= {*LOOPBACK, "0.0.0.0"})
# The number of proxies in front of the site. Only they are trusted for the client's address and
# scheme.
TRUSTED_PROXIES = env_number("TRUSTED_PROXIES", 1 if HAS_TLS else 0)
# The number of web processes that uvicorn starts. They share the limits of a hosting plan and of a
# user.
PROCESSES = max(1, env_number("WEB_CONCURRENCY", 1))
# Earlier keys: data that was signed or encrypted with them can still be read.
SECRET_KEY_FALLBACKS = env_keys("SECRET_KEY_FALLBACKS")
if not SECRET_KEY:
    SECRET_KEY = "insecure-for-collectstatic-only"

INSTALLED_APPS = [
    "tertulia.apps.TertuliaConfig",
    "messaging",
    "rooms",
    "users",
    "files",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "channels",
    "django.forms",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Each request runs all of these in one thread hop; see tertulia.server.application.
MIDDLEWARE = [
    "tertulia.operations.isolation.ResourcePolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "tertulia.api.middleware.ProgramsMiddleware",
    "tertulia.operations.webhooks.WebhooksMiddleware",
    "tertulia.operations.isolation.FetchMetadataMiddleware",
    "tertulia.operations.text_input.TextInputMiddleware",
    "tertulia.operations.middleware.SiteAddressMiddleware",
    "tertulia.operations.middleware.MachinesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "users.middleware.SafeMethodsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "users.middleware.AuthenticationMiddleware",
    "users.middleware.PreferencesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tertulia.accounts.clear_site_data.ClearSiteDataMiddleware",
    "tertulia.operations.htmx_errors.RefusedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tertulia.urls"
ASGI_APPLICATION = "tertulia.asgi.application"

# Cache. Rate limits are counted here, so all processes must share it: never use local memory.

REDIS_URL = redis_url(env("REDIS_URL"))
# Heroku's Redis uses TLS with a self-signed certificate.
REDIS_TLS = {"ssl_cert_reqs": None} if REDIS_URL.startswith("rediss://") else {}

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "tertulia.config.redis_cache.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {
                # If both connections are in use, wait for one.
                "pool_class": "redis.BlockingConnectionPool",
                "max_connections": 2,
                "timeout": 5,
                "socket_timeout": 5,
                "socket_connect_timeout": 5,
                "health_check_interval": 15,
                **REDIS_TLS,
            },
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "tertulia.config.redis_cache.DatabaseCache",
            "LOCATION": "tertulia_cache",
            # Above this number Django deletes a third of the entries at random, and with them
            # the counts of rate limits.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }

# Database

DATABASES = {"default": database(env("DATABASE_URL"), BASE_DIR)}
ON_SQLITE = DATABASES["default"]["ENGINE"] == SQLITE_ENGINE
if ON_SQLITE:
    # IMMEDIATE takes the write lock at BEGIN. Positions and revisions need it: SQLite has no row
    # locks. The cache, of 4,000 KiB, is small because each thread has one of its own.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000;"
            " PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY"
        ),
    }
else:
    # Connections of one process. During a deploy the old and the new processes, each with a
    # worker, share the twenty connections of a small plan.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env_number("DATABASE_POOL", min(5, max(2, 8 // PROCESSES)), least=1),
        # Seconds. The pool waits longer before each attempt to reconnect, so both are short: the
        # site uses the database again within seconds after an outage.
        "reconnect_timeout": 4,
        "timeout": 6,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Mail: EMAIL_URL=smtp://user:password@host:587?tls=1; see tertulia.config.email_url

EMAIL_URL = env("EMAIL_URL")
MAILERS = mailers(EMAIL_URL)
SILENCED_SYSTEM_CHECKS = [
    *([] if EMAIL_URL else ["mail.E001"]),  # mail is optional
    *("security.W005", "security.W021"),  # HSTS: see below
]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender(EMAIL_URL)
# The site's public address. Every absolute link begins with it; the Host header is not used.
SITE_URL = read_site_url(env("SITE_URL"), HAS_TLS) or site_url(
    ALLOWED_HOSTS, HAS_TLS, not TRUSTED_PROXIES
)

# Networks of our own to which outgoing webhooks may be sent, besides the public internet.

WEBHOOKS_TO = env_networks("WEBHOOKS_TO")

# Background tasks. tertulia.background.worker runs them in a worker or in a web process.

TASKS = {"default": {"BACKEND": "tertulia.background.backend.DatabaseBackend"}}

# Internationalisation

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("pt-br", "Português (Brasil)")]
FORMAT_MODULE_PATH = ["tertulia.formats"]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# HTTP and security

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HAS_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$", r"^api/", r"^hooks/"]
HSTS = env_choice("HSTS", ["host", "subdomains", "preload"])
SECURE_HSTS_SECONDS = 31_536_000 if HAS_TLS else 0
# Only this host by default: its subdomains may belong to somebody else.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HAS_TLS and HSTS in {"subdomains", "preload"}
SECURE_HSTS_PRELOAD = HAS_TLS and HSTS == "preload"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HAS_TLS
CSRF_COOKIE_SECURE = HAS_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tertulia.operations.views.csrf_failure"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# The largest request body without files, enforced in front of Django by
# tertulia.server.request_guard. Django keeps uploads up to FILE_UPLOAD_MAX_MEMORY_SIZE in memory.
# The form says that a message has at most ten files; browsers send a part for each empty field too.

MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 30

# Uploaded files: where they are, and how large one, all of them, and all of one person may be, in
# bytes; see tertulia.config.files_url. On a platform whose disk does not last they are in the
# database, so they are few.

FILES_URL = env("FILES_URL")
FILES_STORE = files_store(FILES_URL, is_lasting=not env("DYNO"))
FILES_FOLDER = FILES_STORE.folder or VAR_DIR / "files"
_limit, _quota = (5, 250) if FILES_STORE.kind == "database" else (50, 10_240)
FILES_LIMIT = env_number("FILES_LIMIT", _limit, least=1, most=4_000) * 2**20
FILES_QUOTA = env_number("FILES_QUOTA", _quota, least=1) * 2**20
FILES_SHARE = env_number("FILES_SHARE", max(1, FILES_QUOTA // 2**20 // 10), least=1) * 2**20

# Rate limits per user or address. RATE_LIMITS=off is for load tests only.

RATE_LIMITS = env_flag("RATE_LIMITS", True)

# Logging: plain text on a local machine, JSON in a deployment.

LOGGING = configuration(LOCAL)

# Prometheus sends this token to read the metrics.

METRICS_TOKEN = env_token("METRICS_TOKEN")

# Templates: a designer's own folder, if set, overrides the product's.

TEMPLATES_DIR = env("TEMPLATES_DIR")
_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*([TEMPLATES_DIR] if TEMPLATES_DIR else []), BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["tertulia.design.including", "tertulia.design.remembering"],
            "loaders": [("tertulia.design.fallback_loader.Loader", _loaders)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "users.context_processors.workspace",
                "rooms.context_processors.sidebar",
                "messaging.scheduled.context_processors.scheduled",
                "tertulia.design.fallback_loader.broken_templates",
            ],
        },
    }
]
FORM_RENDERER = "tertulia.design.form_renderer.Renderer"

# Accounts

AUTH_USER_MODEL = "users.User"
# A single backend: a second one would hash a wrong password twice.
AUTHENTICATION_BACKENDS = ["users.login.authentication.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"users.login.passwords.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "rooms:home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "users.sessions.store"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# Static files: collected, hashed and compressed; served in front of Django by
# tertulia.server.static_files.

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Channels. The hub (messaging.live.hub) has one channel per process, so two connections suffice.

CHANNEL_LAYERS = {"default": channel_layer(REDIS_URL, REDIS_TLS)}

# allauth: https://docs.allauth.org/en/latest/account/configuration.html

ACCOUNT_ADAPTER = "tertulia.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds: see users.login.recent_login
# Without a mail server there is no verification and no "forgot password". With one, a user
# confirms the address with a code before the first login; login links need no code.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = bool(EMAIL_URL)
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_URL)
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "users.login.reset_tokens.PasswordResetTokens"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True  # without a mail server its form returns an error
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# allauth's own limits (https://docs.allauth.org/en/latest/account/rate_limits.html), per client
# address, which AccountAdapter takes from tertulia.server.client_address.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = {} if RATE_LIMITS else False

# A second factor: https://docs.allauth.org/en/latest/mfa/configuration.html

MFA_ADAPTER = "tertulia.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # periods before and after; a code works once (users.login.totp_codes)
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_URL

# Single sign-on, if OIDC_ISSUER is set; see tertulia.config.oidc

SOCIALACCOUNT_ADAPTER = "tertulia.accounts.adapters.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = providers(
    env("OIDC_ISSUER"), env("OIDC_CLIENT_ID"), env("OIDC_CLIENT_SECRET"), env("OIDC_NAME")
)
SOCIALACCOUNT_AUTO_SIGNUP = False  # users choose their own username
SOCIALACCOUNT_STORE_TOKENS = False  # no request to the provider follows the login
