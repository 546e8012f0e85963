"""The environment as one frozen object. Nothing else in the project reads environment variables."""

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from limits import parse_many

from bot.lock_store import LockStore, LockStoreError, lock_store_of
from bot.mail_server import MailServerError, server_of

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}")
_SQLITE_FILE = re.compile(r"(?P<sqlite>sqlite(?:\+\w+)?:///)(?P<file>.+)", re.DOTALL)
NAMES = frozenset(
    """
    CHROMIUM CI DATABASE_URL HELPDESK_ACTION_PORT HELPDESK_ASSETS HELPDESK_CLOCK_FILE
    HELPDESK_COURT_FILE HELPDESK_DATA HELPDESK_HOST HELPDESK_HTTPS HELPDESK_KEEP_FREE_MB
    HELPDESK_LIMIT_CONVERSATIONS HELPDESK_LIMIT_LOOKUPS HELPDESK_LIMIT_MESSAGES
    HELPDESK_LIMIT_THIS_MACHINE HELPDESK_LIMIT_UPLOADS HELPDESK_LOG_LEVEL HELPDESK_MESSAGE_LIMIT
    HELPDESK_MODELS HELPDESK_OIDC_CLIENT_ID HELPDESK_OIDC_CLIENT_SECRET HELPDESK_OIDC_ISSUER
    HELPDESK_PORT HELPDESK_PROXIES HELPDESK_PUBLIC_URL HELPDESK_QUESTIONS HELPDESK_RASA_PORT
    HELPDESK_RASA_SECRET HELPDESK_TURN_TIMEOUT HELPDESK_UPLOADS HELPDESK_UPLOAD_LIFE_MINUTES
    HELPDESK_UPLOAD_LIMIT_MB HELPDESK_UPLOAD_SPACE_MB HELPDESK_VAR LOCK_STORE SMTP_FROM SMTP_URL
    TEST_DATABASE_URL
    """.split()
)
"""All settings. ``.env.example`` lists those that a court sets."""
_OURS = ("HELPDESK_", "SMTP_")
_ON = frozenset({"on", "true", "1", "yes"})
_OFF = frozenset({"off", "false", "0", "no"})
_SECRET = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(ValueError):
    """A setting in the environment or in ``.env`` has a value that cannot be used."""


Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Limits:
    """How often a filer may do what costs something, each such as ``15/minute;300/day``; empty
    means no limit. Messages and uploads count for a conversation, new conversations for a network
    (/24, or /56 with IPv6), look-ups by code for an address. Who sits at this machine itself, and
    not behind a proxy on it, is not limited unless ``this_machine`` says so: that is whoever tries
    it out, measures it or tests it."""

    messages: str = "15/minute;300/day"
    uploads: str = "5/10 minutes"
    conversations: str = "6/hour"
    lookups: str = "10/minute"
    this_machine: bool = False


NO_LIMITS = Limits("", "", "", "")


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside; see ``.env.example`` for what each one is for."""

    data_dir: Path
    court_file: Path
    var_dir: Path
    model_dir: Path
    assets_dir: Path
    questions_file: Path
    database_url: str
    upload_dir: Path
    web_host: str
    web_port: int
    rasa_port: int
    action_port: int
    rasa_secret: str
    https: bool
    log_level: str
    upload_limit_bytes: int
    upload_life_minutes: int
    message_limit_chars: int
    turn_timeout_seconds: float
    lock_store: LockStore | None
    postgres_test_url: str | None
    ci: bool
    chromium: str | None
    upload_space_bytes: int = 10_000_000_000
    keep_free_bytes: int = 1_000_000_000
    clock_file: Path | None = None
    limits: Limits = Limits()
    proxies: tuple[Network, ...] = ()
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    smtp_from: str | None = None

    @property
    def rasa_url(self) -> str:
        """Where web reaches our Rasa channel (loopback only)."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def action_url(self) -> str:
        """Where Rasa reaches the action server (loopback only)."""
        return f"http://127.0.0.1:{self.action_port}/webhook"

    @property
    def topics_dir(self) -> Path:
        """One folder for each topic."""
        return self.data_dir / "topics"


def _database_url(url: str | None, root: Path) -> str | None:
    """The same file wherever a command is called: a relative one lies in the checkout."""
    found = _SQLITE_FILE.fullmatch(url or "")
    if not found or found["file"].startswith(("/", ":", "file:")):
        return url
    return f"{found['sqlite']}{root / found['file']}"


def _read_env_file(path: Path) -> dict[str, str]:
    """The settings of the file, none where there is no file. Values are taken as they stand:
    ``$`` in a password is a ``$``. Names that are neither ours nor like ours may be there.

    Raises:
        SettingsError: it cannot be read, or a line is no setting, is misspelled or there twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not written in UTF-8: save it so.") from error
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is None and not binding.error:
            continue  # a comment or an empty line
        string = binding.original.string
        empty = len(string) - len(string.lstrip())
        where = f"{path}, line {binding.original.line + string.count(chr(10), 0, empty)}"
        if binding.error or binding.key is None or binding.value is None:
            raise SettingsError(f"{where}: a line looks like NAME=value, a quote is closed again.")
        _check_name(binding.key, where)
        if binding.key in found:
            raise SettingsError(f"{where}: {binding.key} stands here a second time. Take one out.")
        found[binding.key] = binding.value
    return found


def _check_name(name: str, where: str) -> None:
    if name in NAMES:
        return
    like = get_close_matches(name.upper(), NAMES, 1, 0.8)
    if like or name.upper().startswith(_OURS):
        hint = f" Did you mean {like[0]}?" if like else ""
        raise SettingsError(f"{where}: {name} is no setting.{hint} .env.example lists all.")


def load_settings(env: Mapping[str, str] | None = None, root: Path = ROOT) -> Settings:
    """Read settings from ``env`` (default: the process environment over ``.env``). Relative paths
    in them lie in ``root``, from whichever folder a command is called.

    Raises:
        SettingsError: a number is no number, or a value is out of its range or of no use, or a
            line of ``.env`` is.
    """
    if env is None:
        env = {**_read_env_file(root / ".env"), **os.environ}

    def path(name: str, default: Path) -> Path:
        if not env.get(name):
            return default
        try:
            return root / Path(env[name]).expanduser()
        except RuntimeError as error:
            raise SettingsError(f"{name} is {env[name]!r}: there is no such home.") from error

    def number(name: str, default: int, low: int, high: int) -> int:
        text = env.get(name) or str(default)
        if not text.isdecimal() or not low <= int(text) <= high:
            raise SettingsError(f"{name} is {text!r}: set a whole number from {low} to {high}.")
        return int(text)

    def switch(name: str, default: bool) -> bool:
        text = (env.get(name) or ("on" if default else "off")).lower()
        if text not in _ON | _OFF:
            raise SettingsError(f"{name} is {text!r}: set on or off.")
        return text in _ON

    def limit(name: str, default: str) -> str:
        text = env.get(name) or default
        if text.lower() == "off":
            return ""
        try:
            parse_many(text)
        except ValueError:
            raise SettingsError(
                f"{name} is {text!r}: set off, or numbers such as 15/minute;300/day."
            ) from None
        return text

    def networks(name: str) -> tuple[Network, ...]:
        text = env.get(name) or ""
        try:
            return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
        except ValueError:
            raise SettingsError(
                f"{name} is {text!r}: set addresses or networks such as 10.0.0.7,10.1.0.0/24."
            ) from None

    def level(name: str) -> str:
        text = (env.get(name) or "INFO").upper()
        if text not in _LOG_LEVELS:
            raise SettingsError(f"{name} is {text!r}: set one of {', '.join(_LOG_LEVELS)}.")
        return text

    def secret(name: str) -> str:
        text = env.get(name) or ""
        # it goes into the headers of requests; what it is need not be in a log
        if not _SECRET.fullmatch(text):
            raise SettingsError(
                f"{name} must be of plain letters, digits and signs, and have no space at its ends."
            )
        return text

    var = path("HELPDESK_VAR", root / "var")
    data = path("HELPDESK_DATA", root / "data")
    public_url = _web_address("HELPDESK_PUBLIC_URL", env)
    https = switch("HELPDESK_HTTPS", (public_url or "").lower().startswith("https:"))
    if https and public_url and not public_url.lower().startswith("https:"):
        raise SettingsError(
            "HELPDESK_HTTPS is on, and HELPDESK_PUBLIC_URL begins with http://: a browser would "
            "keep no cookie, and nobody could go on with a conversation. Correct one of them."
        )
    if https and env.get("HELPDESK_CLOCK_FILE"):
        raise SettingsError(
            "HELPDESK_CLOCK_FILE sets the clock of private copies only: leave it out."
        )
    issuer = _web_address("HELPDESK_OIDC_ISSUER", env)
    if issuer and not (public_url and env.get("HELPDESK_OIDC_CLIENT_ID")):
        raise SettingsError(
            "HELPDESK_OIDC_ISSUER also wants HELPDESK_OIDC_CLIENT_ID and HELPDESK_PUBLIC_URL."
        )
    smtp_url, smtp_from = env.get("SMTP_URL") or None, env.get("SMTP_FROM") or None
    if smtp_url and not smtp_url.startswith(("smtp://", "smtps://")):
        raise SettingsError("SMTP_URL must begin with smtp:// or smtps://.")
    if smtp_url:
        try:
            server_of(smtp_url)
        except MailServerError as error:
            raise SettingsError(str(error)) from error
    if smtp_url and not _ADDRESS.fullmatch(smtp_from or ""):
        raise SettingsError("SMTP_FROM must be the e-mail address that SMTP_URL sends from.")
    return Settings(
        data_dir=data,
        court_file=path("HELPDESK_COURT_FILE", data / "court.yml"),
        var_dir=var,
        model_dir=path("HELPDESK_MODELS", root / "models"),
        assets_dir=path("HELPDESK_ASSETS", root / ".assets"),
        questions_file=path("HELPDESK_QUESTIONS", root / "tests" / "questions.tsv"),
        database_url=_database_url(env.get("DATABASE_URL"), root)
        or f"sqlite:///{var / 'helpdesk.db'}",
        upload_dir=path("HELPDESK_UPLOADS", var / "uploads"),
        web_host=env.get("HELPDESK_HOST") or "127.0.0.1",
        web_port=number("HELPDESK_PORT", 8000, 1, 65535),
        rasa_port=number("HELPDESK_RASA_PORT", 5005, 1, 65535),
        action_port=number("HELPDESK_ACTION_PORT", 5055, 1, 65535),
        rasa_secret=secret("HELPDESK_RASA_SECRET"),
        https=https,
        log_level=level("HELPDESK_LOG_LEVEL"),
        upload_limit_bytes=number("HELPDESK_UPLOAD_LIMIT_MB", 50, 1, 1000) * 1_000_000,
        upload_space_bytes=number("HELPDESK_UPLOAD_SPACE_MB", 10_000, 1, 10_000_000) * 1_000_000,
        keep_free_bytes=number("HELPDESK_KEEP_FREE_MB", 1_000, 0, 10_000_000) * 1_000_000,
        upload_life_minutes=number("HELPDESK_UPLOAD_LIFE_MINUTES", 60, 1, 1440),
        message_limit_chars=number("HELPDESK_MESSAGE_LIMIT", 4000, 100, 20000),
        turn_timeout_seconds=float(number("HELPDESK_TURN_TIMEOUT", 20, 1, 120)),
        lock_store=_lock_store(env.get("LOCK_STORE") or ""),
        postgres_test_url=env.get("TEST_DATABASE_URL") or None,
        # not ours alone: its value is a server's name as often as "true"
        ci=(env.get("CI") or "off").lower() not in _OFF,
        chromium=env.get("CHROMIUM") or None,
        clock_file=path("HELPDESK_CLOCK_FILE", root) if env.get("HELPDESK_CLOCK_FILE") else None,
        limits=Limits(
            limit("HELPDESK_LIMIT_MESSAGES", Limits.messages),
            limit("HELPDESK_LIMIT_UPLOADS", Limits.uploads),
            limit("HELPDESK_LIMIT_CONVERSATIONS", Limits.conversations),
            limit("HELPDESK_LIMIT_LOOKUPS", Limits.lookups),
            switch("HELPDESK_LIMIT_THIS_MACHINE", Limits.this_machine),
        ),
        proxies=networks("HELPDESK_PROXIES"),
        public_url=public_url,
        oidc_issuer=issuer,
        oidc_client_id=env.get("HELPDESK_OIDC_CLIENT_ID") or "",
        oidc_client_secret=env.get("HELPDESK_OIDC_CLIENT_SECRET") or "",
        smtp_url=smtp_url,
        smtp_from=smtp_from,
    )


def _web_address(name: str, env: Mapping[str, str | None]) -> str | None:
    """An address of the web without a slash at its end; None where none is set. One without a host
    would switch off the check of the Host header."""
    text = env.get(name) or ""
    try:
        parts = urlsplit(text)
        # reading the port says whether it is one
        is_usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if text and not is_usable:
        raise SettingsError(f"{name} is {text!r}: set an address such as https://help.example.gov.")
    return text.rstrip("/") or None


def _lock_store(text: str) -> LockStore | None:
    try:
        return lock_store_of(text) if text else None
    except LockStoreError as error:
        raise SettingsError(str(error)) from error


def child_environment(settings: Settings, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child process (Rasa, action server, web) that shares ``settings``."""
    return {
        **(os.environ if base is None else base),
        "HELPDESK_DATA": str(settings.data_dir),
        "HELPDESK_COURT_FILE": str(settings.court_file),
        "HELPDESK_CLOCK_FILE": str(settings.clock_file or ""),
        "HELPDESK_VAR": str(settings.var_dir),
        "HELPDESK_MODELS": str(settings.model_dir),
        "HELPDESK_ASSETS": str(settings.assets_dir),
        "HELPDESK_QUESTIONS": str(settings.questions_file),
        "DATABASE_URL": settings.database_url,
        "HELPDESK_UPLOADS": str(settings.upload_dir),
        "HELPDESK_HOST": settings.web_host,
        "HELPDESK_PORT": str(settings.web_port),
        "HELPDESK_RASA_PORT": str(settings.rasa_port),
        "HELPDESK_ACTION_PORT": str(settings.action_port),
        "HELPDESK_RASA_SECRET": settings.rasa_secret,
        "HELPDESK_HTTPS": "on" if settings.https else "off",
        "HELPDESK_LOG_LEVEL": settings.log_level,
        "HELPDESK_UPLOAD_LIMIT_MB": str(settings.upload_limit_bytes // 1_000_000),
        "HELPDESK_UPLOAD_SPACE_MB": str(settings.upload_space_bytes // 1_000_000),
        "HELPDESK_KEEP_FREE_MB": str(settings.keep_free_bytes // 1_000_000),
        "HELPDESK_UPLOAD_LIFE_MINUTES": str(settings.upload_life_minutes),
        "HELPDESK_MESSAGE_LIMIT": str(settings.message_limit_chars),
        "HELPDESK_TURN_TIMEOUT": str(int(settings.turn_timeout_seconds)),
        "HELPDESK_LIMIT_MESSAGES": settings.limits.messages or "off",
        "HELPDESK_LIMIT_UPLOADS": settings.limits.uploads or "off",
        "HELPDESK_LIMIT_CONVERSATIONS": settings.limits.conversations or "off",
        "HELPDESK_LIMIT_LOOKUPS": settings.limits.lookups or "off",
        "HELPDESK_LIMIT_THIS_MACHINE": "on" if settings.limits.this_machine else "off",
        "HELPDESK_PROXIES": ",".join(map(str, settings.proxies)),
        "LOCK_STORE": settings.lock_store.url if settings.lock_store else "",
        "HELPDESK_PUBLIC_URL": settings.public_url or "",
        "HELPDESK_OIDC_ISSUER": settings.oidc_issuer or "",
        "HELPDESK_OIDC_CLIENT_ID": settings.oidc_client_id,
        "HELPDESK_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
        "SMTP_URL": settings.smtp_url or "",
        "SMTP_FROM": settings.smtp_from or "",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(ROOT),
        # one thread a process: two cores serve several processes, and short texts gain nothing
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
