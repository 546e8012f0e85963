"""How often a filer may do what costs something: just under, just over, and whose count it is."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest
from web_stack import Stack, stored_turns

from bot.addresses import one_client
from bot.lock_store import LockStore
from bot.settings import Limits, SettingsError, child_environment, load_settings
from bot.testing.private_copy import free_port
from bot.triage.requests import make_request
from bot.web.limits import Limiter, TooOftenError
from bot.web.proxies import client_of, neighbourhood
from tests.redis_server import redis_server

MakeStack = Callable[..., Stack]
NONE = Limits("", "", "", "")


def test_the_sixteenth_message_of_a_minute_waits_and_is_kept(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(conversations="", this_machine=True))
    with stack.client() as filer, stack.client() as another:
        first = [filer.post("/api/messages", json={"text": f"m{i}"}).status_code for i in range(16)]
        refused = filer.post("/messages", data={"text": "one more"})
        part = filer.post("/messages", data={"text": "x"}, headers={"HX-Request": "true"})
        others = another.post("/api/messages", json={"text": "hello"})
    # the first message begins the conversation, and is not counted
    assert first == [200] * 16
    assert refused.status_code == 429
    assert 1 <= int(refused.headers.get("retry-after", "60")) <= 60
    assert "You sent many messages" in refused.text
    assert "860-240-3675" in refused.text
    assert ">\none more</textarea>" in refused.text
    assert (part.status_code, part.headers["hx-retarget"]) == (429, "#problem")
    assert 1 <= int(part.headers["retry-after"]) <= 60
    assert others.status_code == 200
    assert len(stored_turns(stack)) == 17


def test_the_sixth_file_of_ten_minutes_waits(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(conversations="", this_machine=True))
    with stack.client() as filer:
        sent = [filer.post("/api/uploads", content=b"%PDF-").status_code for _ in range(6)]
        form = filer.post("/files", files={"file": ("a.pdf", b"%PDF-")})
    assert sent == [201] * 5 + [429]
    assert form.status_code == 429
    assert "You sent many files" in form.text
    assert len(list(stack.settings.upload_dir.iterdir())) == 5


def test_the_seventh_conversation_of_a_network_waits(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(this_machine=True), proxies=(ip_network("127.0.0.1"),))

    def begin(address: str) -> int:
        with stack.client(headers={"X-Forwarded-For": address}) as filer:
            return filer.post("/api/messages", json={"text": "hello"}).status_code

    assert [begin(f"198.51.100.{i}") for i in range(7)] == [200] * 6 + [429]
    assert begin("198.51.101.1") == 200


def test_files_that_do_not_arrive_use_up_no_conversations(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(conversations="2/hour", this_machine=True))
    cut = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n%PDF-"
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as line:
            line.sendall(cut)
            line.shutdown(socket.SHUT_WR)
            line.recv(65536)
        with stack.client() as filer:
            empty = filer.post("/api/uploads", content=b"")
            form = filer.post("/files", files={"file": ("a.pdf", b"")})
            large = filer.post("/api/uploads", content=b"x" * 2_000_000)
        assert (empty.status_code, form.status_code, large.status_code) == (422, 422, 413)
    with stack.client() as filer, stack.client() as another, stack.client() as third:
        assert filer.post("/api/uploads", content=b"%PDF-").status_code == 201
        assert another.post("/api/messages", json={"text": "hello"}).status_code == 200
        assert third.post("/api/uploads", content=b"%PDF-").status_code == 429
    assert len(list(stack.settings.upload_dir.iterdir())) == 1


def test_one_network_cannot_send_first_files_without_end_at_a_time(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(this_machine=True))
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n%PDF-"
    with contextlib.ExitStack() as lines:
        for _ in range(6):
            line = socket.create_connection(("127.0.0.1", stack.settings.web_port))
            lines.enter_context(line).sendall(head)
        folder = stack.settings.upload_dir
        for _ in range(200):
            if folder.is_dir() and len(list(folder.iterdir())) == 6:
                break
            time.sleep(0.02)
        with stack.client() as filer:
            assert filer.post("/api/uploads", content=b"%PDF-").status_code == 429
            assert filer.post("/api/messages", json={"text": "hello"}).status_code == 200
            assert filer.post("/api/uploads", content=b"%PDF-").status_code == 201


def test_who_sits_at_this_machine_may_measure_but_a_proxy_on_it_is_somebody_else(
    make_stack: MakeStack,
) -> None:
    stack = make_stack(limits=Limits(conversations="1/hour"))

    def begin(**headers: str) -> int:
        with stack.client(headers=headers) as filer:
            return filer.post("/api/messages", json={"text": "hello"}).status_code

    assert [begin() for _ in range(3)] == [200] * 3
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    assert [begin(**forwarded) for _ in range(2)] == [200, 429]
    assert begin(Via="1.1 proxy") == 429


def test_the_eleventh_code_of_a_minute_waits(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(this_machine=True))
    made = make_request(
        stack.engine,
        conversation_id=None,
        name="Ann",
        contact="ann@example.org",
        role="other",
        topic=None,
        details="it does not link",
    )
    with stack.client() as filer:
        tried = [filer.get(f"/api/requests/AAAAA-AAAA{i % 8}").status_code for i in range(10)]
        api, form = (
            filer.get(f"/api/requests/{made.code}"),
            filer.post("/requests", data={"code": made.code}),
        )
        undo = filer.post(f"/api/requests/{made.code}/withdraw")
    assert tried == [404] * 10
    assert (api.status_code, form.status_code, undo.status_code) == (429, 429, 429)
    assert "Many codes" in form.text


def test_whoever_has_many_ipv6_addresses_counts_once(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(this_machine=True), proxies=(ip_network("127.0.0.1"),))

    def look_up(address: str) -> int:
        with stack.client(headers={"X-Forwarded-For": address}) as filer:
            return filer.get("/api/requests/AAAAA-AAAAA").status_code

    tried = [look_up(f"2001:db8:1:2::{i:x}") for i in range(11)]
    assert tried == [404] * 10 + [429]
    assert look_up("2001:db8:1:3::1") == 404


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2345::7", "2001:db8:1:2345::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("unknown", "unknown"),
    ],
)
def test_what_of_an_address_a_client_cannot_choose(address: str, client: str) -> None:
    assert one_client(address) == client


def test_a_named_proxy_is_believed_and_nobody_else() -> None:
    proxies = [ip_network("10.0.0.0/24")]
    assert client_of("203.0.113.9", ["1.2.3.4"], proxies) == "203.0.113.9"
    assert client_of("10.0.0.1", ["1.2.3.4"], proxies) == "1.2.3.4"
    assert client_of("10.0.0.1", ["6.6.6.6", "1.2.3.4"], proxies) == "1.2.3.4"
    assert client_of("10.0.0.1", ["1.2.3.4", "10.0.0.2"], proxies) == "1.2.3.4"
    assert client_of("10.0.0.1", ["1.2.3.4", "nonsense"], proxies) == "10.0.0.1"
    assert client_of("10.0.0.1", [], proxies) == "10.0.0.1"
    assert client_of("unknown", ["1.2.3.4"], proxies) == "unknown"
    assert client_of("10.0.0.1", ["::ffff:1.2.3.4"], proxies) == "1.2.3.4"


def test_without_a_named_proxy_the_header_changes_nothing(make_stack: MakeStack) -> None:
    stack = make_stack(limits=Limits(this_machine=True))
    codes = []
    for i in range(7):
        with stack.client(headers={"X-Forwarded-For": f"198.51.{i}.1"}) as filer:
            codes.append(filer.post("/api/messages", json={"text": "hello"}).status_code)
    assert codes[-1] == 429


def test_a_proxy_that_nobody_named_is_logged_once_with_what_to_set(
    make_stack: MakeStack, caplog: pytest.LogCaptureFixture
) -> None:
    stack = make_stack()
    with stack.client() as filer:
        filer.get("/")
        assert "HELPDESK_PROXIES" not in caplog.text
        hostile = {"X-Forwarded-Proto": "https", "Forwarded": "for=secret\x1b[2J"}
        for _ in range(3):
            filer.get("/", headers=hostile)
    said = [one.getMessage() for one in caplog.records if "HELPDESK_PROXIES" in one.getMessage()]
    assert len(said) == 1
    assert "from 127.0.0.1 came with Forwarded and X-Forwarded-Proto" in said[0]
    assert "set HELPDESK_PROXIES=127.0.0.1" in said[0]
    assert "secret" not in said[0]


def test_a_proxy_that_is_named_is_not_logged(
    make_stack: MakeStack, caplog: pytest.LogCaptureFixture
) -> None:
    stack = make_stack(proxies=(ip_network("127.0.0.1"),))
    with stack.client() as filer:
        filer.get("/", headers={"X-Forwarded-For": "198.51.100.7"})
        filer.get("/")
    assert "HELPDESK_PROXIES" not in caplog.text


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-For", "unknown"),
        ("Forwarded", "for=198.51.100.7"),
        ("X-Forwarded-Proto", "https"),
        ("Via", "1.1 front"),
    ],
)
def test_a_named_proxy_that_names_no_client_is_said_once_in_the_log(
    make_stack: MakeStack, caplog: pytest.LogCaptureFixture, header: str, value: str
) -> None:
    stack = make_stack(proxies=(ip_network("127.0.0.1"),))
    with stack.client() as filer:
        for _ in range(3):
            filer.get("/", headers={header: value})
    (said,) = [r.getMessage() for r in caplog.records if "HELPDESK_PROXIES" in r.getMessage()]
    assert "all filers behind it share one address" in said


@pytest.mark.parametrize("written", ["198.51.{n}.7:{n}417", "[2001:db8:{n}::7]:{n}417"])
def test_clients_are_told_apart_where_the_proxy_writes_their_ports(
    make_stack: MakeStack, written: str
) -> None:
    limits = Limits(this_machine=True, conversations="1/hour")
    stack = make_stack(limits=limits, proxies=(ip_network("127.0.0.1"),))

    def begin(address: str) -> int:
        with stack.client(headers={"X-Forwarded-For": address}) as filer:
            return filer.post("/api/messages", json={"text": "hello"}).status_code

    assert [begin(written.format(n=n)) for n in (1, 2, 1)] == [200, 200, 429]


def test_a_named_proxy_is_known_where_a_socket_for_both_families_serves(
    make_stack: MakeStack, caplog: pytest.LogCaptureFixture
) -> None:
    stack = make_stack(
        web_host="::", limits=Limits(this_machine=True), proxies=(ip_network("127.0.0.1"),)
    )

    def begin(address: str) -> int:
        with stack.client(headers={"X-Forwarded-For": address}) as filer:
            return filer.post("/api/messages", json={"text": "hello"}).status_code

    # the peer is ::ffff:127.0.0.1 there
    assert [begin(f"198.51.100.{i}") for i in range(7)] == [200] * 6 + [429]
    assert begin("198.51.101.1") == 200
    assert "HELPDESK_PROXIES" not in caplog.text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2345::7", "2001:db8:1:2300::/56"),
        ("unknown", "unknown"),
    ],
)
def test_neighbours_share_a_network(address: str, network: str) -> None:
    assert neighbourhood(address) == network


def test_a_redis_that_does_not_answer_stops_nobody_and_counting_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    limiter = Limiter(Limits(), LockStore("127.0.0.1", free_port()))
    for _ in range(15):
        limiter.message("a")
    with pytest.raises(TooOftenError, match="messages"):
        limiter.message("a")
    limiter.message("b")
    assert "Redis does not count" in caplog.text


def test_a_redis_that_is_silent_costs_little() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=10) as silent:
        limiter = Limiter(Limits(), LockStore("127.0.0.1", silent.getsockname()[1]))
        begun = time.monotonic()
        for _ in range(10):
            limiter.message("a")
    assert time.monotonic() - begun < 2


def test_a_redis_that_is_silent_holds_up_nobody_else(make_stack: MakeStack) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=10) as silent:
        store = LockStore("127.0.0.1", silent.getsockname()[1])
        stack = make_stack(limits=Limits(this_machine=True), lock_store=store)
        with stack.client() as filer, stack.client() as another, ThreadPoolExecutor(1) as pool:
            another.get("/health")
            sending = pool.submit(filer.post, "/api/uploads", content=b"%PDF-")
            waits = []
            while not sending.done():
                begun = time.monotonic()
                assert another.get("/health").status_code == 200
                waits.append(time.monotonic() - begun)
            assert sending.result().status_code == 201
    assert len(waits) > 5
    assert max(waits) < 0.5


def test_limits_are_settings() -> None:
    settings = load_settings(
        {
            "HELPDESK_LIMIT_MESSAGES": "off",
            "HELPDESK_LIMIT_CONVERSATIONS": "100/hour",
            "HELPDESK_PROXIES": "10.0.0.7, 2001:db8::/32",
        }
    )
    assert settings.limits == Limits(messages="", conversations="100/hour")
    again = load_settings(child_environment(settings, {}))
    assert (again.limits, again.proxies) == (settings.limits, settings.proxies)
    for name, wrong in (
        ("HELPDESK_LIMIT_UPLOADS", "many"),
        ("HELPDESK_LIMIT_LOOKUPS", "-1/minute"),
        ("HELPDESK_PROXIES", "proxy.example"),
    ):
        with pytest.raises(SettingsError, match=name):
            load_settings({name: wrong})


def test_switched_off_nothing_is_counted() -> None:
    limiter = Limiter(NONE)
    for _ in range(500):
        limiter.message("a")
        limiter.conversation()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[LockStore]:
    with redis_server(tmp_path) as (port, _):
        yield LockStore("127.0.0.1", port)


def test_several_servers_count_together_in_redis(redis: LockStore) -> None:
    one, other = Limiter(Limits(), redis), Limiter(Limits(), redis)
    for _ in range(8):
        one.message("a")
    for _ in range(7):
        other.message("a")
    with pytest.raises(TooOftenError) as refused:
        one.message("a")
    assert 1 <= refused.value.seconds <= 60
    one.message("b")
