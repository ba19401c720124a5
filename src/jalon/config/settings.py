"""Django's settings, all from the environment that `environment` checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from jalon.config.environment import Mode, read_environment
from jalon.config.messaging import read_messaging
from jalon.config.provider import provider_settings

ENVIRONMENT: Final = read_environment()
_HOUR: Final = 3600

SECRET_KEY = ENVIRONMENT.secret_key
# Opens documents sealed before it changed, and nothing else.
FORMER_SECRET_KEY = ENVIRONMENT.former_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [*(ENVIRONMENT.hosts or ("127.0.0.1", "localhost"))]
ROOT_URLCONF = "jalon.config.urls"
WSGI_APPLICATION = "jalon.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATA_FOLDER: Path = ENVIRONMENT.data
INCOMING_FOLDER: Path = ENVIRONMENT.incoming
PROFILE = ENVIRONMENT.profile
DEMO = ENVIRONMENT.demo
PUBLIC_URL = ENVIRONMENT.public_url
MESSAGING = read_messaging(ENVIRONMENT.mode)
GALLERY = ENVIRONMENT.mode is not Mode.PRODUCTION

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    # Our templates stand before those of the sign-in library, which they replace.
    "jalon.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "jalon.audit",
    "jalon.directory",
    "jalon.families",
    "jalon.targeting",
    "jalon.outreach",
    "jalon.agenda",
    "jalon.interventions",
    "jalon.steering",
    "jalon.desk",
]

MIDDLEWARE = [
    "jalon.audit.identity.NobodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jalon.web.headers.HeadersMiddleware",
    "jalon.outreach.reply.door.ReplyDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jalon.directory.sessions.SessionLimits",
    "jalon.audit.identity.PersonMiddleware",
    "jalon.directory.sessions.SmallBodiesFromStrangers",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "jalon.directory.sessions.SecondFactorFirst",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jalon.web.typography.SpacesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jalon.config.navigation.navigation",
            ],
        },
    }
]


def _database(url: str | None) -> dict[str, Any]:
    """Return Django's description of a database; without one, one that nothing answers."""
    told = conninfo_to_dict(url or f"postgresql:///jalon?host={DATA_FOLDER / 'no-database'}")
    options = {
        name: value
        for name, value in told.items()
        if name not in {"host", "port", "user", "password", "dbname"}
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.get("dbname"),
        "USER": told.get("user", ""),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", ""),
        "PORT": told.get("port", ""),
        "OPTIONS": {**options, "options": "-c TimeZone=UTC"},
        # As long as the thread that uses it: a page on a new one waits twenty milliseconds more,
        # until PostgreSQL knows tables, indexes and policies again.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


# The application's login; `maintenance.as_owner` takes the owner's, for migrations alone.
DATABASES = {"default": _database(ENVIRONMENT.database_url)}
OWNER_DATABASE = _database(ENVIRONMENT.owner_url) if ENVIRONMENT.owner_url else None
APPLICATION_ROLE = str(DATABASES["default"]["USER"])


AUTH_USER_MODEL = "directory.StaffMember"
AUTHENTICATION_BACKENDS = ["jalon.directory.backend.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jalon.directory.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# A whole fund may come from one address: what it may do is counted in its hundreds of people.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,100/15m/ip", "login": "300/m/ip"}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.mode is Mode.PRODUCTION else 0
CACHES = {"default": {"BACKEND": "jalon.directory.cache.DatabaseCache"}}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
MFA_FORMS = {"add_webauthn": "jalon.directory.key_form.AddKeyForm"}
MFA_ADAPTER = "jalon.directory.accounts.SecondFactorAdapter"
SECOND_FACTOR_REQUIRED = ENVIRONMENT.mode is Mode.PRODUCTION
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Jalon"

SOCIALACCOUNT_ADAPTER = "jalon.directory.openid.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = provider_settings(ENVIRONMENT.provider)

# A session ends a working day after it began, and an hour after the last page asked for.
SESSION_LASTS_SECONDS = SESSION_COOKIE_AGE = 10 * _HOUR
SESSION_SLEEPS_SECONDS = _HOUR
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "jalon.audit.sessions"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.mode is Mode.PRODUCTION
SECURE_SSL_REDIRECT = ENVIRONMENT.mode is Mode.PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * _HOUR if ENVIRONMENT.mode is Mode.PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Nothing to other sites. With "no-referrer", browsers also hide where a form comes from, and the
# protection against forged forms then refuses them all.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def _content_policy() -> str:
    """Return what a page may draw, and where its forms may lead: here, and to the provider."""
    forms = ["'self'"]
    if ENVIRONMENT.provider is not None:
        parts = urlsplit(ENVIRONMENT.provider.url)
        forms.append(f"{parts.scheme}://{parts.netloc}")
    return (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        f"form-action {' '.join(forms)}"
    )


CONTENT_POLICY = _content_policy()

JOBS_AT_ONCE = 2

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# A document handed in is never written to a disk before it is sealed; extracts go to their own.
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Nothing personal in a log: no query, no parameter, no address of a page beyond its route.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "jalon.config.logs.PlainFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django would also mail the whole request to the administrators.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
