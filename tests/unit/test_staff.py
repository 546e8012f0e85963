"""Accounts, passwords, codes and the log, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from bot.clock import utc_now
from bot.db.tables import audit_entries, staff
from bot.staff import forms, guessing
from bot.staff.accounts import (
    Account,
    AccountError,
    add_account,
    all_accounts,
    by_subject,
    change_role,
    disable,
    enable,
    find,
    new_link,
    reset,
    secrets_of,
    set_password,
    use_code,
)
from bot.staff.audit import SIGNED_IN, count_before, entries, forget_before, record
from bot.staff.codes import new_recovery_codes, normal_recovery_code, step_of
from bot.staff.passwords import Passwords, WeakPasswordError, check_new, is_common
from bot.staff.saved_views import MOST, ViewError, delete_view, save_view, views_of
from bot.staff.sessions import ENROL, begin, session_of
from bot.staff.signing_in import EnrolledError, with_code

GOOD = "quiet lamp orbit walnut"


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password123456!",
        "P@ssw0rdP@ssw0rd",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "qwertyuiopasdfgh",
        "1234567890qwerty",
        "zyxwvutsrqponmlk",
        "Welcome2026Welcome",
        "Summer-2026-Summer!",
        "letmeinletmein99",
        "bankruptcycourt1",
        "connecticut court",
        "annleeannlee2026",
        "changemeplease!!",
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    about = ("ann.lee", "Ann Lee", "U.S. Bankruptcy Court for the District of Connecticut")
    assert is_common(password, about)
    with pytest.raises(WeakPasswordError):
        check_new(password, about)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "seven brisk otters juggle",
        "Tk3!vbQ9#xLm2$zR",
        "my grandmother waters 9 ferns",
        "el gato come pan los jueves",
        "849201736455102",
        "correct zebra admin toast",
    ],
)
def test_other_passwords_are_taken(password: str) -> None:
    check_new(password, ("ann.lee", "Ann Lee"))


def test_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    check_new("kettle-nimbus-4")
    with pytest.raises(WeakPasswordError, match="14 characters"):
        check_new("kettle-nimbus-")
    check_new("kettle nimbus 4" + " olive tractor" * 13)
    with pytest.raises(WeakPasswordError, match="too long"):
        check_new("kettle nimbus 4" + " olive tractor" * 14)


def test_hashes_are_salted_and_only_the_password_matches() -> None:
    passwords = Passwords()
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.matches(first, GOOD)
    assert not passwords.matches(first, GOOD + " ")
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash", GOOD)


def test_a_code_is_good_for_its_step_and_its_neighbours_once() -> None:
    secret, now = pyotp.random_base32(), datetime(2026, 11, 25, 12, 0, 10)
    app = pyotp.TOTP(secret)

    def shown(seconds: int) -> str:
        return app.at((now + timedelta(seconds=seconds)).replace(tzinfo=UTC))

    step = step_of(secret, shown(0), now, 0)
    assert step is not None
    assert step_of(secret, f" {shown(0)[:3]} {shown(0)[3:]} ", now, 0) == step
    assert step_of(secret, shown(-30), now, 0) == step - 1
    assert step_of(secret, shown(30), now, 0) == step + 1
    assert step_of(secret, shown(-60), now, 0) is None
    assert step_of(secret, shown(60), now, 0) is None
    assert step_of(secret, shown(0), now, step) is None
    for wrong in ("", "12345", "1234567", "abcdef", "٣٣٣٣٣٣", shown(0)[:5] + "x"):
        assert step_of(secret, wrong, now, 0) is None


def test_recovery_codes_differ_and_are_read_as_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert normal_recovery_code(code.upper().replace("-", " ")) == code


def test_accounts_are_found_by_any_case_and_made_once(engine: Engine) -> None:
    account = add_account(engine, " Ann.Lee ", "lead", by="test", email="Ann@Example.com")
    assert find(engine, "ANN.LEE") == account
    assert account.email == "ann@example.com"
    for name, email in (("ann.lee", ""), ("ann.b", "ann@example.com")):
        with pytest.raises(AccountError):
            add_account(engine, name, "clerk", by="test", email=email)
    for name in ("a", "ann lee", "-ann", "a" * 61, "ann/../lee", "änn"):
        with pytest.raises(AccountError):
            add_account(engine, name, "clerk", by="test")


def test_resetting_ends_sessions_and_forgets_the_password(engine: Engine) -> None:
    account = add_account(engine, "ann.lee", "clerk", by="test")
    set_password(engine, account, GOOD, by="test")
    token = begin(engine, account)
    assert session_of(engine, token) is not None
    reset(engine, account, by="boss")
    assert session_of(engine, token) is None
    found = find(engine, "ann.lee")
    assert found is not None
    assert not found.has_password


def test_one_administrator_always_stays(engine: Engine) -> None:
    first = add_account(engine, "first", "administrator", by="test")
    second = add_account(engine, "second", "administrator", by="test")
    disable(engine, second, by="test")
    with pytest.raises(AccountError, match="last administrator"):
        disable(engine, first, by="test")
    with pytest.raises(AccountError, match="last administrator"):
        change_role(engine, first, "clerk", by="test")
    enable(engine, second, by="test")
    change_role(engine, first, "clerk", by="test")


@pytest.mark.parametrize("change", ["disable", "role"])
def test_two_administrators_cannot_shut_each_other_out(engine: Engine, change: str) -> None:
    """Each tries at the same moment to shut the other one out, several times."""
    for turn in range(5):
        pair = [
            add_account(engine, f"{name}{turn}", "administrator", by="test")
            for name in ("ann", "bo")
        ]
        start = threading.Barrier(2)

        def shut_out(account: Account, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                if change == "disable":
                    disable(engine, account, by="test")
                else:
                    change_role(engine, account, "clerk", by="test")
            except AccountError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(shut_out, pair)) == [False, True]
        left = [a for a in all_accounts(engine) if a.role == "administrator" and not a.disabled_at]
        assert len(left) == 1
        with engine.begin() as connection:
            connection.execute(staff.update().values(role="clerk"))


def test_setting_up_a_second_app_is_refused(engine: Engine) -> None:
    account = add_account(engine, "ann.lee", "clerk", by="test")
    tokens = {
        secret: begin(engine, account, ENROL, secret=secret)
        for secret in (pyotp.random_base32(), pyotp.random_base32())
    }
    sessions = {secret: session_of(engine, token) for secret, token in tokens.items()}
    (first, begun), (second, late) = sessions.items()
    assert begun
    assert late
    step = with_code(engine, begun, tokens[first], now_of(first), "10.0.0.1")
    assert len(step.recovery_codes) > 0
    # it began before the owner set the app up, and may even have been looked up before
    assert session_of(engine, tokens[second]) is None
    with pytest.raises(EnrolledError, match="set up for this account meanwhile"):
        with_code(engine, late, tokens[second], now_of(second), "10.0.0.9")
    assert secrets_of(engine, "ann.lee")[1].totp_secret == first
    assert session_of(engine, step.token)
    fresh = find(engine, "ann.lee")
    assert fresh
    assert use_code(engine, fresh, step.recovery_codes[0])


def now_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))


def test_the_court_s_sign_in_binds_an_account_once(engine: Engine) -> None:
    add_account(engine, "ann.lee", "clerk", by="test", email="ann@example.com")
    assert by_subject(engine, "sub-1", None) is None
    bound = by_subject(engine, "sub-1", "Ann@example.com")
    assert bound is not None
    assert by_subject(engine, "sub-1", None) == bound
    # somebody else who now has the e-mail address is not her
    assert by_subject(engine, "sub-2", "ann@example.com") is None
    disable(engine, bound, by="test")
    assert by_subject(engine, "sub-1", None) is None


def test_the_log_takes_no_change_and_no_deletion(engine: Engine) -> None:
    record(engine, "ann.lee", "claimed a request", "K7QRT-3MX9B", "x" * 5000)
    changes = [
        audit_entries.update().values(who="nobody"),
        audit_entries.delete(),
    ]
    if engine.dialect.name == "postgresql":
        changes.append(sa.text("TRUNCATE audit_entries"))
    for change in changes:
        with pytest.raises(DatabaseError, match="only added to"), engine.begin() as connection:
            connection.execute(change)
    found, count = entries(engine)
    assert (count, found[0].who, found[0].subject) == (1, "ann.lee", "K7QRT-3MX9B")
    assert len(found[0].detail) == 1000


def test_only_what_is_over_time_leaves_the_log_and_that_is_logged(engine: Engine) -> None:
    now = utc_now()
    for days in (0, 364, 366, 800):
        with engine.begin() as connection:
            connection.execute(
                audit_entries.insert().values(
                    at=now - timedelta(days=days), who="a", action=f"{days}", subject="", detail=""
                )
            )
    limit = now - timedelta(days=365)
    assert count_before(engine, limit) == 2
    assert forget_before(engine, limit) == 2
    found, _ = entries(engine)
    assert [entry.action for entry in found] == ["removed old entries of the log", "364", "0"]
    assert forget_before(engine, limit) == 0
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(audit_entries.delete())


def test_the_log_is_searched_as_text(engine: Engine) -> None:
    for subject in ("a%b", "axb", "a_b"):
        record(engine, "ann", "did", subject)
    assert entries(engine, subject="a%")[1] == 1
    assert entries(engine, subject="_")[1] == 1
    assert entries(engine, who="ann' OR 1=1 --")[1] == 0


def test_strangers_do_not_keep_a_clerk_from_the_desk(engine: Engine) -> None:
    record(engine, "ann.lee", SIGNED_IN, "ann.lee", "10.0.0.1")
    for number in range(50):
        guessing.note_failure(engine, "ann.lee", f"198.51.100.{number}")
    assert guessing.is_locked(engine, "ann.lee", "10.0.0.2")
    assert not guessing.is_locked(engine, "ann.lee", "10.0.0.1")
    for _ in range(5):
        guessing.note_failure(engine, "ann.lee", "10.0.0.1")
    assert guessing.is_locked(engine, "ann.lee", "10.0.0.1")


def test_guessing_is_counted_by_name_and_address(engine: Engine) -> None:
    for _ in range(4):
        guessing.note_failure(engine, "ann.lee", "10.0.0.1")
    assert not guessing.is_locked(engine, "ann.lee", "10.0.0.1")
    guessing.note_failure(engine, "ann.lee", "10.0.0.1")
    assert guessing.is_locked(engine, "ann.lee", "10.0.0.1")
    assert not guessing.is_locked(engine, "ann.lee", "10.0.0.2")
    assert not guessing.is_locked(engine, "bo.ray", "10.0.0.1")
    guessing.forget_failures(engine, "ann.lee", "10.0.0.1")
    assert not guessing.is_locked(engine, "ann.lee", "10.0.0.1")
    for number in range(50):
        guessing.note_failure(engine, f"name{number}", "10.0.0.3")
    assert guessing.is_locked(engine, "another", "10.0.0.3")


def test_another_address_of_the_same_ipv6_network_is_no_way_round(engine: Engine) -> None:
    for number in range(5):
        guessing.note_failure(engine, "ann.lee", f"2001:db8:1:2::{number:x}")
    assert guessing.is_locked(engine, "ann.lee", "2001:db8:1:2::ffff")
    assert not guessing.is_locked(engine, "ann.lee", "2001:db8:1:3::1")
    guessing.forget_failures(engine, "ann.lee", "2001:db8:1:2::abc")
    assert not guessing.is_locked(engine, "ann.lee", "2001:db8:1:2::ffff")


def test_saved_views_are_one_s_own(engine: Engine) -> None:
    ann, bo = (add_account(engine, name, "clerk", by="test") for name in ("ann", "bo"))
    save_view(engine, ann, " due today ", "topic=link_accounts")
    save_view(engine, ann, "due today", "topic=mfa")
    (view,) = views_of(engine, ann)
    assert (view.name, view.query) == ("due today", "topic=mfa")
    assert views_of(engine, bo) == []
    delete_view(engine, bo, view.id)
    assert views_of(engine, ann) == [view]
    with pytest.raises(ViewError):
        save_view(engine, ann, "  ", "")
    with pytest.raises(ViewError, match="not saved"):
        save_view(engine, ann, "her case", "state=any&text=ssn+123-45-6789")
    for number in range(MOST - 1):
        save_view(engine, ann, f"view {number}", "")
    with pytest.raises(ViewError, match="Delete one first"):
        save_view(engine, ann, "one more", "")
    delete_view(engine, ann, view.id)
    save_view(engine, ann, "one more", "")


def test_links_are_stored_as_hashes(engine: Engine) -> None:
    account = add_account(engine, "ann.lee", "clerk", by="test")
    link, token = new_link(engine, account, by="test"), begin(engine, account)
    with engine.connect() as connection:
        for table in ("staff", "staff_sessions", "audit_entries"):
            stored = str(connection.execute(sa.text(f"SELECT * FROM {table}")).all())  # noqa: S608
            assert link not in stored
            assert token not in stored


def test_a_form_is_begun_once_until_it_may_be_sent_again(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: forms.begin(engine, "a" * 64), range(8))) == (
            [False] * 7 + [True]
        )
    assert forms.find(engine, "a" * 64) == forms.Sent(None)
    forms.finish(engine, "a" * 64, "/desk/queue")
    assert forms.find(engine, "a" * 64) == forms.Sent("/desk/queue")
    forms.forget(engine, "a" * 64)
    assert forms.find(engine, "a" * 64) is None
    assert forms.begin(engine, "a" * 64)
