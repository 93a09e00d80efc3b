"""Django's settings, all of them from the environment; see `.env.example`."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config.embedded.launcher import socket_directory
from config.env import ROOT, read_env, read_provider_env
from config.logging import logging_config
from config.settings_sign_in import *  # noqa: F403
from config.settings_sign_in import SOCIAL, SOCIAL_HOSTS

ENV = read_env()
BASE_DIR: Path = ROOT
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
PUBLIC_BASE_URL = ENV.public_base_url
DATA_DIR = ENV.data_dir
WEB_DATABASE_ROLE = ENV.web_database_role  # empty: it works as the owner, and the second wall holds nothing
EGRESS_ALLOW_CIDRS = ENV.egress_allow_cidrs
WORKSPACE_CONCURRENCY = ENV.workspace_concurrency
SUSPENSE_BUDGET = ENV.suspense_budget
CORRECTION_LIMIT = ENV.correction_limit
SENDS_MAIL = bool(ENV.email_url) or ENV.demo_inbox  # without, alerts are only logged and shown
METRICS_TOKEN = ENV.metrics_token
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS = ENV.stripe_secret_key, ENV.stripe_webhook_secrets
STRIPE_API_BASE = ENV.stripe_api_base
SIMULATOR_URL = ENV.simulator_url  # what test keys order goes there; `up` sets it
CRASH_AT, CRASH_ONCE = ENV.crash_at, ENV.crash_once
PROVIDERS = {name: read_provider_env(name) for name in ("shortapi", "pixazo", "apikley", "aimlapi", "apipod")}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.OurStaticFilesConfig",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{name}" for name in SOCIAL),
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_q",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "heroicons",
    "rest_framework",
    "config.apps.ConfigConfig",
    "accounts",
    "billing",
    "editor",
]

MIDDLEWARE = [
    "config.logging.RequestIdMiddleware",
    "config.health.HealthMiddleware",
    "config.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.body_limits.BodyLimitMiddleware",  # before the next, which reads forms
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.views.impersonation.ImpersonationMiddleware",  # last: whatever is above sees who signed in
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
            ],
        },
    }
]

# Connections are kept: opening one costs more than most queries, and django-q2 is 20 times slower without.
CONNECTION_SECONDS = 600
CONNECT_WITHIN_SECONDS = 5
OWN_DATABASE: dict[str, Any] = environ.Env.db_url_config(ENV.database_url) if ENV.database_url else {}
# Statements that come again are planned once for a connection: a third less work for PostgreSQL on `POST /edits`.
PREPARED = {
    "server_side_binding": True,
    "prepare_threshold": 3,
    # A process that was stopped inside a transaction must not keep its locks from the others for ever.
    "options": "-c idle_in_transaction_session_timeout=60s",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": (
        {
            **OWN_DATABASE,
            "CONN_MAX_AGE": CONNECTION_SECONDS,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": CONNECT_WITHIN_SECONDS,
                **PREPARED,
                **OWN_DATABASE.get("OPTIONS", {}),
            },
        }
        if ENV.database_url
        else {
            "ENGINE": "config.embedded",
            "NAME": "pentimento",
            "USER": "pentimento",
            "HOST": str(socket_directory(DATA_DIR)),
            "ROOT": str(DATA_DIR / "postgres"),
            "CONN_MAX_AGE": CONNECTION_SECONDS,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": PREPARED,
        }
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queue wakes; the truth is in our rows. Nothing is retried by it, successes are not kept.
Q_CLUSTER = {
    "name": "default",
    "orm": "default",
    "broker_class": "config.queue.DatabaseQueue",
    "cache": "process",
    "workers": 2,
    "poll": 0.2,
    "timeout": 600,
    "retry": 3600,
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": -1,
    "queue_limit": 2,
    "label": "Queue",
    "ALT_CLUSTERS": {
        # Two waves claim; two more workers, so that waves that only finish what holds a socket delay nobody.
        "waves": {"workers": 4, "queue_limit": 1, "timeout": 3600, "retry": 7200, "recycle": None, "scheduler": False},
    },
}

QUEUES = ("default", "waves")  # each has a cluster of its own

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
PICTURES_DIR = DATA_DIR / "pictures"
STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": ENV.s3_bucket,
                "endpoint_url": ENV.s3_endpoint_url or None,
                "region_name": ENV.s3_region or None,
                "access_key": ENV.s3_access_key_id or None,
                "secret_key": ENV.s3_secret_access_key or None,
                "default_acl": "private",
            },
        }
        if ENV.s3_bucket
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            # A file's name is its hash: writing over it changes nothing, and no second name is made up.
            "OPTIONS": {"location": str(PICTURES_DIR), "allow_overwrite": True},
        }
    ),
    "staticfiles": {"BACKEND": "config.static.HashedStaticFiles"},
}

# Shared by all processes, for the counters of rate limits. The queue's own statistics change twice a second and are
# of interest to nobody else: they stay in each process.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.email_from or f"Pentimento <no-reply@{urlsplit(PUBLIC_BASE_URL).hostname}>"
DEMO_INBOX = ENV.demo_inbox
if ENV.demo_inbox:
    EMAIL_BACKEND = "config.inbox.backend.InboxBackend"
elif ENV.email_url:
    EMAIL = environ.Env.email_url_config(ENV.email_url)
    vars().update(EMAIL)
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Where our forms lead to pay: a browser asks this also for what it is sent on to.
STRIPE_HOSTS = (STRIPE_API_BASE,) if STRIPE_API_BASE else ("https://checkout.stripe.com", "https://billing.stripe.com")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *SOCIAL_HOSTS, *(STRIPE_HOSTS if STRIPE_SECRET_KEY else ())],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "upgrade-insecure-requests": ENV.is_https,
    }
}
SECURE_SSL_REDIRECT = ENV.is_https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.is_https else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # we speak for our own host, not for its subdomains
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.is_https else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.is_https
SESSION_COOKIE_NAME = "__Host-session" if ENV.is_https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENV.is_https else "csrf"
CSRF_COOKIE_HTTPONLY = False
MESSAGE_STORAGE = "config.messages.Messages"
CSRF_FAILURE_VIEW = "config.error_pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_HANDLERS = ["editor.images.receiving.CappedUpload"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "staging"

LOGGING_CONFIG = None
LOGGING = logging_config()

# How many requests of one web process may wait for an edit's end at once (`Prefer: wait`): half of its threads.
WAITING_REQUESTS = 4
# How many may fetch the pictures of an edit from foreign addresses at once.
FETCHING_REQUESTS = 4

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["editor.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["editor.api.permission.KeyMay"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "editor.api.operation.Operation",
    "DEFAULT_PAGINATION_CLASS": "editor.api.pages.IdPages",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pentimento",
    "DESCRIPTION": "Edit pictures with Seedream 4.5: one API, one bill; charged only for pictures that arrived.",
    "VERSION": "1",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Deep links would stand inside buttons, where a keyboard does not get to them.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False, "persistAuthorization": False, "validatorUrl": None},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
