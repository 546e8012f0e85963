"""Where we replace a part of Rasa by a quicker one: same results, same errors."""

import asyncio
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.assistant import action_results, event_types
from bot.assistant.action_endpoint import ActionEndpoint
from bot.assistant.graph_runner import OrderedGraphRunner


@pytest.fixture
def rasas_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        RemoteAction, "_validate_action_result", RemoteAction._validate_action_result
    )
    action_results.install()


GOOD: list[dict[str, Any]] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "topic", "value": None, "timestamp": None}]},
    {"events": [{"event": "followup", "name": "help_request_form", "timestamp": 1.5}]},
    {"responses": [{"custom": {"text": "hello"}}]},
]
BAD: list[Any] = [
    None,
    [],
    "text",
    {"events": {}},
    {"events": ["slot"]},
    {"events": [{}]},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": ["slot"]}]},
    {"events": [{"event": "slot", "value": "a name is missing"}]},
    {"responses": ["text"]},
]


@pytest.mark.usefixtures("rasas_validation")
@pytest.mark.parametrize("result", GOOD)
def test_a_good_answer_of_the_action_server_is_taken(result: dict[str, Any]) -> None:
    assert RemoteAction("action_x", None)._validate_action_result(result)


@pytest.mark.usefixtures("rasas_validation")
@pytest.mark.parametrize("result", BAD)
def test_an_answer_of_the_wrong_shape_is_an_error_that_names_the_action(result: Any) -> None:
    with pytest.raises(RasaException, match="action_x"):
        RemoteAction("action_x", None)._validate_action_result(result)


def test_events_are_found_by_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    event_types.install()
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("topic") is None
    for _ in range(2):
        with pytest.raises(ValueError, match="no such event"):
            Event.resolve_by_type("no such event")


class Joins(GraphComponent):
    """Joins what it is given; counts how often it ran."""

    ran: list[str] = []  # noqa: RUF012 -- one list for all nodes, emptied by each test

    def __init__(self, word: str) -> None:
        self._word = word

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> "Joins":
        return cls(config["word"])

    def run(self, **given: str) -> str:
        self.ran.append(self._word)
        if self._word == "breaks":
            raise RuntimeError("broken")
        return "(" + " ".join([self._word, *(given[key] for key in sorted(given))]) + ")"


def _node(word: str, needs: dict[str, str], *, is_target: bool = False) -> SchemaNode:
    return SchemaNode(needs, Joins, "create", "run", {"word": word}, is_target=is_target)


SCHEMA = {
    "last": _node("last", {"a": "left", "b": "right"}, is_target=True),
    "left": _node("left", {"a": "first"}),
    "right": _node("right", {"a": "first", "b": "message"}),
    "first": _node("first", {"a": "message"}),
    "apart": _node("apart", {"a": "message"}),
    "faulty": _node("breaks", {"a": "message"}),
}


def _runner(kind: type[DaskGraphRunner], tmp_path: Any) -> DaskGraphRunner:
    schema = GraphSchema(SCHEMA)
    return kind.create(schema, LocalModelStorage.create(tmp_path), ExecutionContext(schema))


@pytest.mark.parametrize("targets", [None, ["last"], ["left"], ["right", "apart"], ["first"]])
def test_a_graph_gives_what_rasas_runner_gives(tmp_path: Any, targets: list[str] | None) -> None:
    ours, rasas = _runner(OrderedGraphRunner, tmp_path), _runner(DaskGraphRunner, tmp_path)
    for message in ("one", "two"):
        expected = rasas.run({"message": message}, targets)
        Joins.ran.clear()
        assert ours.run({"message": message}, targets) == expected
        assert len(Joins.ran) == len(set(Joins.ran))  # each node once


def test_an_input_named_like_a_node_is_an_error(tmp_path: Any) -> None:
    with pytest.raises(GraphRunError, match="left"):
        _runner(OrderedGraphRunner, tmp_path).run({"left": "x", "message": "y"})


def test_a_node_that_fails_is_told(tmp_path: Any) -> None:
    with pytest.raises(GraphComponentException, match="faulty"):
        _runner(OrderedGraphRunner, tmp_path).run({"message": "y"}, ["faulty"])


class _Actions(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections: list[Any] = []  # noqa: RUF012 -- shared by all requests of a test

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.client_address not in self.connections:
            self.connections.append(self.client_address)
        status, body = {
            "action_good": (200, b'{"events": [], "responses": [{"text": "hi"}]}'),
            "action_rejects": (400, b'{"error": "no", "action_name": "action_rejects"}'),
            "action_fails": (500, b'{"error": "oh"}'),
            "action_garbage": (200, b"<html>"),
        }[call["next_action"]]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def action_server() -> Iterator[str]:
    _Actions.connections.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Actions) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/webhook"
        server.shutdown()
        thread.join()


async def _call(url: str, *actions: str) -> list[Any]:
    endpoint = ActionEndpoint(
        EndpointConfig(url, enable_selective_domain=True), seconds=5, secret="between us"
    )
    assert endpoint.kwargs["enable_selective_domain"] is True
    try:
        return [await endpoint.request(json={"next_action": action}) for action in actions]
    finally:
        endpoint.close()
        await asyncio.sleep(0)


def test_actions_are_called_over_one_connection(action_server: str) -> None:
    answers = asyncio.run(_call(action_server, *["action_good"] * 5))
    assert answers == [{"events": [], "responses": [{"text": "hi"}]}] * 5
    assert len(_Actions.connections) == 1


@pytest.mark.parametrize(("action", "status"), [("action_rejects", 400), ("action_fails", 500)])
def test_an_action_that_fails_is_told_with_its_status(
    action_server: str, action: str, status: int
) -> None:
    with pytest.raises(ClientResponseError) as caught:
        asyncio.run(_call(action_server, action))
    assert caught.value.status == status
    assert "error" in json.loads(caught.value.text)


def test_no_json_and_no_server_are_client_errors(action_server: str) -> None:
    with pytest.raises(aiohttp.ClientError):
        asyncio.run(_call(action_server, "action_garbage"))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/webhook"
        with pytest.raises(aiohttp.ClientConnectionError):
            asyncio.run(_call(url, "action_good"))
