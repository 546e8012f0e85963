"""Settings: defaults, every limit just inside and just outside, and what a child process gets."""

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.lock_store import LockStore
from bot.settings import NAMES, ROOT, SettingsError, child_environment, load_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({})
    assert settings.data_dir == ROOT / "data"
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'helpdesk.db'}"
    assert settings.web_host == "127.0.0.1"
    assert (settings.web_port, settings.rasa_port, settings.action_port) == (8000, 5005, 5055)
    assert not settings.https
    assert not settings.ci
    assert settings.postgres_test_url is None
    assert settings.rasa_url == "http://127.0.0.1:5005"
    assert settings.action_url == "http://127.0.0.1:5055/webhook"
    assert settings.court_file == ROOT / "data" / "court.yml"
    assert settings.topics_dir == ROOT / "data" / "topics"


def test_empty_values_are_defaults() -> None:
    names = ("HELPDESK_PORT", "HELPDESK_HOST", "HELPDESK_VAR", "DATABASE_URL", "CI", "LOCK_STORE")
    assert load_settings(dict.fromkeys(names, "")) == load_settings({})


def test_folders_follow_var(tmp_path: Path) -> None:
    settings = load_settings({"HELPDESK_VAR": str(tmp_path)})
    assert settings.upload_dir == tmp_path / "uploads"
    assert settings.database_url == f"sqlite:///{tmp_path / 'helpdesk.db'}"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load_settings({}).web_port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("HELPDESK_PORT", 1, 65535),
        ("HELPDESK_RASA_PORT", 1, 65535),
        ("HELPDESK_ACTION_PORT", 1, 65535),
        ("HELPDESK_UPLOAD_LIMIT_MB", 1, 1000),
        ("HELPDESK_UPLOAD_LIFE_MINUTES", 1, 1440),
        ("HELPDESK_MESSAGE_LIMIT", 100, 20000),
        ("HELPDESK_TURN_TIMEOUT", 1, 120),
    ],
)
def test_limits(name: str, low: int, high: int) -> None:
    load_settings({name: str(low)})
    load_settings({name: str(high)})
    for wrong in (str(low - 1), str(high + 1), "-1", "1.5", "many", "1e3", " "):
        with pytest.raises(SettingsError, match=f"{name} is .*: set a whole number from {low}"):
            load_settings({name: wrong})


def test_a_digit_that_is_no_number_is_refused() -> None:
    # str.isdecimal is true for digits of every script, and int reads them; isdigit would take ²
    with pytest.raises(SettingsError):
        load_settings({"HELPDESK_PORT": "8²"})


@pytest.mark.parametrize("word", ["on", "ON", "true", "1", "yes", "Yes"])
def test_on(word: str) -> None:
    assert load_settings({"HELPDESK_HTTPS": word}).https


@pytest.mark.parametrize("word", ["off", "False", "0", "no"])
def test_off(word: str) -> None:
    assert not load_settings({"HELPDESK_HTTPS": word}).https


def test_cookies_are_secure_where_browsers_come_by_https() -> None:
    public = {"HELPDESK_PUBLIC_URL": "https://help.example.gov"}
    assert load_settings(public).https
    assert not load_settings({**public, "HELPDESK_HTTPS": "off"}).https
    assert not load_settings({"HELPDESK_PUBLIC_URL": "http://help.example.gov"}).https
    with pytest.raises(SettingsError, match="begins with http://: a browser would keep no cookie"):
        load_settings({"HELPDESK_PUBLIC_URL": "http://help.example.gov", "HELPDESK_HTTPS": "on"})


def test_neither_on_nor_off() -> None:
    with pytest.raises(SettingsError, match="HELPDESK_HTTPS is 'perhaps': set on or off"):
        load_settings({"HELPDESK_HTTPS": "perhaps"})


@pytest.mark.parametrize(("word", "is_on"), [("woodpecker", True), ("true", True), ("0", False)])
def test_ci_is_set_by_many_servers_and_by_some_to_their_name(word: str, is_on: bool) -> None:
    assert load_settings({"CI": word}).ci == is_on


def test_a_secret_that_no_header_can_carry_is_refused_and_not_repeated() -> None:
    assert load_settings({"HELPDESK_RASA_SECRET": "a-b_c$9"}).rasa_secret == "a-b_c$9"
    for wrong in ("geh\u00e9im", "end ", " begin", "line\nbreak"):
        with pytest.raises(SettingsError, match="HELPDESK_RASA_SECRET must be of") as told:
            load_settings({"HELPDESK_RASA_SECRET": wrong})
        assert wrong not in str(told.value)


def test_log_level() -> None:
    assert load_settings({"HELPDESK_LOG_LEVEL": "warning"}).log_level == "WARNING"
    with pytest.raises(SettingsError, match="HELPDESK_LOG_LEVEL is 'LOUD': set one of DEBUG"):
        load_settings({"HELPDESK_LOG_LEVEL": "loud"})


def test_the_process_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("HELPDESK_PORT=8111\nHELPDESK_RASA_PORT=5111\n", "utf-8")
    monkeypatch.setenv("HELPDESK_PORT", "8222")
    monkeypatch.delenv("HELPDESK_RASA_PORT", raising=False)
    settings = load_settings(root=tmp_path)
    assert (settings.web_port, settings.rasa_port) == (8222, 5111)


def test_a_child_reads_the_same_settings(tmp_path: Path) -> None:
    parent = load_settings(
        {
            "HELPDESK_VAR": str(tmp_path),
            "DATABASE_URL": "postgresql://somewhere/else",
            "HELPDESK_HOST": "192.0.2.7",
            "HELPDESK_PORT": "8123",
            "HELPDESK_RASA_PORT": "5123",
            "HELPDESK_ACTION_PORT": "5124",
            "HELPDESK_RASA_SECRET": "between us",
            "HELPDESK_TURN_TIMEOUT": "7",
            "HELPDESK_HTTPS": "on",
            "HELPDESK_UPLOAD_LIMIT_MB": "3",
            "HELPDESK_UPLOAD_LIFE_MINUTES": "9",
            "HELPDESK_MESSAGE_LIMIT": "123",
            "HELPDESK_LOG_LEVEL": "DEBUG",
            "LOCK_STORE": "rediss://us%20er:p%40ss@[::1]:6380/3",
            "HELPDESK_UPLOAD_SPACE_MB": "77",
            "HELPDESK_KEEP_FREE_MB": "0",
        }
    )
    assert load_settings(child_environment(parent, base={})) == parent


def test_a_child_sends_no_telemetry_and_stays_on_loopback() -> None:
    environment = child_environment(load_settings({}), base={})
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["SANIC_HOST"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("redis.example", LockStore("redis.example")),
        ("redis.example:6380", LockStore("redis.example", 6380)),
        ("redis://:s3cr3t@10.0.0.7/2", LockStore("10.0.0.7", 6379, 2, None, "s3cr3t")),
        (
            "rediss://user:p%40ss@redis.example:6390/1",
            LockStore("redis.example", 6390, 1, "user", "p@ss", tls=True),
        ),
    ],
)
def test_a_lock_store_is_read_once_for_all(text: str, store: LockStore) -> None:
    settings = load_settings({"LOCK_STORE": text})
    assert settings.lock_store == store
    assert load_settings(child_environment(settings, base={})).lock_store == store
    assert store.password is None or store.password not in repr(settings)


@pytest.mark.parametrize("text", ["redis:port", "redis://", "http://redis", "redis://host/nine"])
def test_a_lock_store_that_cannot_be_used(text: str) -> None:
    with pytest.raises(SettingsError, match="LOCK_STORE"):
        load_settings({"LOCK_STORE": text})


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+pysqlite"])
def test_a_relative_database_is_the_same_from_every_folder(tmp_path: Path, driver: str) -> None:
    found = load_settings({"DATABASE_URL": f"{driver}:///var/helpdesk.db"}, tmp_path)
    assert found.database_url == f"{driver}:///{tmp_path}/var/helpdesk.db"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/helpdesk.db",
        "sqlite+pysqlite:////srv/helpdesk.db",
        "sqlite:///:memory:",
        "sqlite:///file:helpdesk.db?uri=true",
        "sqlite://",
        "postgresql:///helpdesk",
    ],
)
def test_other_databases_stay_as_they_are(tmp_path: Path, url: str) -> None:
    assert load_settings({"DATABASE_URL": url}, tmp_path).database_url == url


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("HELPDESK_DATA", "data_dir"),
        ("HELPDESK_COURT_FILE", "court_file"),
        ("HELPDESK_VAR", "var_dir"),
        ("HELPDESK_MODELS", "model_dir"),
        ("HELPDESK_ASSETS", "assets_dir"),
        ("HELPDESK_UPLOADS", "upload_dir"),
        ("HELPDESK_CLOCK_FILE", "clock_file"),
    ],
)
def test_a_relative_path_is_the_same_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, field: str
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for given, meant in (
        ("some/place", tmp_path / "some" / "place"),
        ("/srv/place", Path("/srv/place")),
        ("~/place", Path("/home/ann/place")),
    ):
        assert getattr(load_settings({name: given}, tmp_path), field) == meant


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"HELPDESK_VAR is .*no such home"):
        load_settings({"HELPDESK_VAR": "~nobody-of-that-name/var"}, tmp_path)


@pytest.mark.parametrize("name", ["HELPDESK_PUBLIC_URL", "HELPDESK_OIDC_ISSUER"])
@pytest.mark.parametrize(
    "address",
    [
        "help.example.gov",
        "https//help.example.gov",
        "https://",
        "https://help.example.gov:65536",
        "https://help.example.gov:0",
        "https://[::1",
        "ftp://help.example.gov",
    ],
)
def test_an_address_without_scheme_host_or_port_is_refused(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is .*set an address such as https://"):
        load_settings({name: address})


@pytest.mark.parametrize(
    "address",
    ["https://help.example.gov", "http://127.0.0.1:65535", "https://[::1]:8000", "https://h.gov/"],
)
def test_an_address_of_the_web(address: str) -> None:
    assert load_settings({"HELPDESK_PUBLIC_URL": address}).public_url == address.rstrip("/")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\nHELPDESK_PROT=8000\n", "line 2: HELPDESK_PROT is no .* mean HELPDESK_PORT"),
        (
            b"helpdesk_port=8000\n",
            "line 1: helpdesk_port is no setting. Did you mean HELPDESK_PORT",
        ),
        (b"DATABASE_ULR=x\n", "line 1: DATABASE_ULR is no setting. Did you mean DATABASE_URL"),
        (b"HELPDESK_COLOUR_OF_PAGE=blue\n", "line 1: .* is no setting. .env.example lists all"),
        (b"# a\nHELPDESK_PORT=1\n\nHELPDESK_PORT=2\n", "line 4: HELPDESK_PORT stands .* second"),
        (b"A=1\n\nHELPDESK_PORT 8000\n", "line 3: a line looks like NAME=value"),
        (b"HELPDESK_PORT: 8000\n", "line 1: a line looks like NAME=value"),
        (b"HELPDESK_PORT\n", "line 1: a line looks like NAME=value"),
        (b'A=1\nSMTP_FROM="a@b.gov\nB=2\n', "line 2: .* a quote is closed"),
        (b"SMTP_FROM=\xe9@b.gov\n", "not written in UTF-8"),
        ("HELPDESK_PORT=1\n".encode("utf-16"), "not written in UTF-8"),
    ],
)
def test_what_would_have_no_effect_in_the_env_file_is_told_with_its_line(
    tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(root=tmp_path)
    # values may be secrets
    assert "b.gov" not in str(caught.value)


def test_an_env_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read: Is a directory"):
        load_settings(root=tmp_path)


def test_an_env_file_as_people_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "SMTP_FROM", "HELPDESK_PORT", "HELPDESK_HOST"):
        monkeypatch.delenv(name, raising=False)
    text = (
        "# ours\nexport HELPDESK_PORT = 8123  # the page\nHELPDESK_HOST='0.0.0.0'\nTZ=UTC\n"
        'SMTP_URL="smtp://u:pa${X}$Y@mail.example.gov:25"\nSMTP_FROM=help@example.gov\n'
    )
    (tmp_path / ".env").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    settings = load_settings(root=tmp_path)
    assert (settings.web_port, settings.web_host) == (8123, "0.0.0.0")  # noqa: S104
    assert settings.smtp_url == "smtp://u:pa${X}$Y@mail.example.gov:25"


def test_the_example_lists_all_settings_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE))
    assert listed == NAMES - {"CI", "HELPDESK_CLOCK_FILE"}
