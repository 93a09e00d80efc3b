"""Django's and allauth's settings for signing up and in; `config.settings` takes them all."""

from config.env import read_env

ENV = read_env()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "projects"
SIGNUP_OPEN = ENV.signup_open
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "accounts.entrance.forms.SignupForm"}
ACCOUNT_ADAPTER = "accounts.entrance.adapter.AccountAdapter"
# An address is shown to be somebody's by a code; whether it has an account is told to its owner only, by letter.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# With https one proxy, which ends TLS, is in front of us: the address it saw is who signs in, for the rate limits.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.is_https else 0
MFA_ADAPTER = "accounts.entrance.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "accounts.entrance.second_factor.AddForm",
    "signup_webauthn": "accounts.entrance.second_factor.SignupForm",
    "login_webauthn": "accounts.entrance.second_factor.LoginForm",
    "authenticate_webauthn": "accounts.entrance.second_factor.AuthenticateForm",
    "reauthenticate_webauthn": "accounts.entrance.second_factor.ReauthenticateForm",
}
# An account of that name elsewhere is not connected by its address alone: its owner does that, signed in.
SOCIALACCOUNT_ADAPTER = "accounts.entrance.forms.SocialAdapter"

# A session ends after a week without use, and a month after signing in; its last use is noted every five minutes.
SESSION_ENGINE = "accounts.entrance.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_IDLE_SECONDS = 7 * 24 * 3600
SESSION_SEEN_EVERY = 300

# Who may vouch for somebody: those whose keys are set.
SOCIAL = {
    name: {"APPS": [{"client_id": client, "secret": secret, "key": ""}], "SCOPE": scope, "OAUTH_PKCE_ENABLED": True}
    for name, client, secret, scope in (
        ("google", ENV.google_client_id, ENV.google_client_secret, ["profile", "email"]),
        ("github", ENV.github_client_id, ENV.github_client_secret, ["user:email"]),
    )
    if client and secret
}
SOCIAL_HOSTS = [{"google": "https://accounts.google.com", "github": "https://github.com"}[name] for name in SOCIAL]
SOCIALACCOUNT_PROVIDERS = SOCIAL
