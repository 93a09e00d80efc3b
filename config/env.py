"""The environment, read once and typed. What is missing or wrong is said loudly, with the variable's name."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from billing.money import parse_usd

ROOT = Path(__file__).resolve().parent.parent
INSECURE_SECRET_KEY = "insecure-and-only-for-debug"  # noqa: S105
WORKSPACE_CONCURRENCY = 10_000
REQUIRED_WITHOUT_DEBUG = ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_BASE_URL")


@dataclass(frozen=True, slots=True)
class Env:
    """Every variable Pentimento reads but the providers' own; see `.env.example`."""

    debug: bool
    secret_key: str = field(repr=False)
    allowed_hosts: tuple[str, ...]
    public_base_url: str
    database_url: str = field(repr=False)
    web_database_role: str
    data_dir: Path
    egress_allow_cidrs: tuple[str, ...]
    email_url: str = field(repr=False)
    email_from: str
    demo_inbox: bool
    signup_open: bool
    google_client_id: str
    google_client_secret: str = field(repr=False)
    github_client_id: str
    github_client_secret: str = field(repr=False)
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    stripe_api_base: str
    s3_bucket: str
    s3_endpoint_url: str
    s3_region: str
    s3_access_key_id: str = field(repr=False)
    s3_secret_access_key: str = field(repr=False)
    workspace_concurrency: int
    suspense_budget: int
    correction_limit: int
    metrics_token: str = field(repr=False)
    simulator_url: str
    crash_at: str
    crash_once: str

    @property
    def is_https(self) -> bool:
        """Tell whether people reach us by HTTPS; redirects, HSTS and secure cookies follow it."""
        return self.public_base_url.startswith("https://")


def read_env() -> Env:
    """Read the process's environment and, where there is one, the project's `.env` file."""
    env = environ.Env()
    env.read_env(ROOT / ".env")
    debug = env.bool("DEBUG", default=True)
    if not debug:
        missing = [name for name in REQUIRED_WITHOUT_DEBUG if not env.str(name, default="")]
        if missing:
            raise ImproperlyConfigured(f"With DEBUG=0 these must be set: {', '.join(missing)}. See .env.example.")
    return Env(
        debug=debug,
        secret_key=env.str("SECRET_KEY", default=INSECURE_SECRET_KEY),
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])),
        public_base_url=_base_url(env.str("PUBLIC_BASE_URL", default="http://localhost:8000")),
        database_url=env.str("DATABASE_URL", default=""),
        web_database_role=env.str("WEB_DATABASE_ROLE", default="pentimento_web"),
        data_dir=Path(env.str("PENTIMENTO_DATA_DIR", default="") or ROOT / ".data").resolve(),
        egress_allow_cidrs=tuple(env.list("EGRESS_ALLOW_CIDRS", default=[])),
        email_url=env.str("EMAIL_URL", default=""),
        email_from=env.str("EMAIL_FROM", default=""),
        demo_inbox=env.bool("DEMO_INBOX", default=False),
        signup_open=env.bool("SIGNUP_OPEN", default=True),
        google_client_id=env.str("GOOGLE_CLIENT_ID", default=""),
        google_client_secret=env.str("GOOGLE_CLIENT_SECRET", default=""),
        github_client_id=env.str("GITHUB_CLIENT_ID", default=""),
        github_client_secret=env.str("GITHUB_CLIENT_SECRET", default=""),
        stripe_secret_key=env.str("STRIPE_SECRET_KEY", default=""),
        stripe_webhook_secrets=tuple(
            secret for part in env.str("STRIPE_WEBHOOK_SECRET", default="").split(",") if (secret := part.strip())
        ),
        stripe_api_base=env.str("STRIPE_API_BASE", default="").rstrip("/"),
        s3_bucket=env.str("S3_BUCKET", default=""),
        s3_endpoint_url=env.str("S3_ENDPOINT_URL", default=""),
        s3_region=env.str("S3_REGION", default=""),
        s3_access_key_id=env.str("S3_ACCESS_KEY_ID", default=""),
        s3_secret_access_key=env.str("S3_SECRET_ACCESS_KEY", default=""),
        workspace_concurrency=_positive(env, "WORKSPACE_CONCURRENCY") or WORKSPACE_CONCURRENCY,
        suspense_budget=_dollars(env.str("SUSPENSE_BUDGET_USD", default="") or "5.00", "SUSPENSE_BUDGET_USD"),
        correction_limit=_dollars(env.str("CORRECTION_LIMIT_USD", default="") or "50.00", "CORRECTION_LIMIT_USD"),
        metrics_token=env.str("METRICS_TOKEN", default=""),
        simulator_url=env.str("SIMULATOR_URL", default="").rstrip("/"),
        crash_at=env.str("CRASH_AT", default=""),
        crash_once=env.str("CRASH_ONCE", default=""),
    )


@dataclass(frozen=True, slots=True)
class ProviderEnv:
    """How a provider is reached: no base URL means the vendor's own, no key that it is off, no hosts any public one.

    `concurrency` is how many jobs it is given at once, None for what its module says.
    """

    base_url: str
    api_key: str = field(repr=False)
    result_hosts: tuple[str, ...]
    concurrency: int | None = None


def read_provider_env(name: str) -> ProviderEnv:
    """Read `<NAME>_BASE_URL`, `<NAME>_API_KEY`, `<NAME>_RESULT_HOSTS` and `<NAME>_CONCURRENCY`."""
    env = environ.Env()
    prefix = name.upper()
    return ProviderEnv(
        base_url=env.str(f"{prefix}_BASE_URL", default="").rstrip("/"),
        api_key=env.str(f"{prefix}_API_KEY", default=""),
        result_hosts=tuple(env.list(f"{prefix}_RESULT_HOSTS", default=[])),
        concurrency=_positive(env, f"{prefix}_CONCURRENCY"),
    )


def _positive(env: environ.Env, name: str) -> int | None:
    number: int | None = env.int(name, default=None)
    if number is not None and number < 1:
        raise ImproperlyConfigured(f"{name} is a whole number from 1")
    return number


def _dollars(text: str, name: str) -> int:
    try:
        return parse_usd(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {error}") from error


def child_env(*more: dict[str, str], defaults: dict[str, str] | None = None, **values: str) -> dict[str, str]:
    """Give a child process's environment: ours, `.env` included, with these values, and defaults for what is unset."""
    defaults = defaults or {}
    result = defaults | {name: value for name, value in os.environ.items() if value or name not in defaults}
    for each in (*more, values):
        result |= each
    return result


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured("PUBLIC_BASE_URL is a scheme, host and port, such as https://pictures.example.com")
    return text.rstrip("/")
