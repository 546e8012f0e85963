"""What filers meet while staff has turned something off, and that it ends at once."""

from web_stack import Stack, stored_turns

from bot.switches import CHAT, UPLOADS, turn_off, turn_on

NOTICE = "Closed for <b>repairs</b> until noon."


def test_a_closed_chat_says_so_and_keeps_nothing(stack: Stack) -> None:
    client = stack.client()
    client.post("/api/messages", json={"text": "hello"})
    turn_off(stack.engine, CHAT, NOTICE, who="Kim")
    answer = client.post("/api/messages", json={"text": "hello again"})
    assert answer.status_code == 503
    assert answer.json()["outcome"] == "failed"
    assert answer.json()["text"].startswith(NOTICE)
    assert "860-240-3675" in answer.json()["text"]
    assert client.post("/api/uploads?name=a.pdf", content=b"%PDF").status_code == 503
    assert client.post("/api/messages", json={"choice": "talk_to_a_person"}).status_code == 503
    assert len(stored_turns(stack)) == 1
    # what was said before can still be read, and deleted
    assert len(client.get("/api/conversation").json()["turns"]) == 1
    assert client.delete("/api/conversation").json()["deleted"]
    turn_on(stack.engine, CHAT)
    assert client.post("/api/messages", json={"text": "hello"}).status_code == 200


def test_closed_uploads_leave_the_chat_open(stack: Stack) -> None:
    client = stack.client()
    turn_off(stack.engine, UPLOADS, NOTICE, who="Kim")
    assert client.post("/api/uploads?name=a.pdf", content=b"%PDF").status_code == 503
    assert list(stack.settings.upload_dir.glob("*")) == []
    assert client.post("/api/messages", json={"text": "hello"}).status_code == 200


def test_the_page_shows_the_notice_and_keeps_what_was_typed(stack: Stack) -> None:
    client = stack.client()
    turn_off(stack.engine, CHAT, NOTICE, who="Kim")
    page = client.get("/")
    assert page.status_code == 200
    assert "Closed for &lt;b&gt;repairs&lt;/b&gt; until noon." in page.text
    assert "860-240-3675" in page.text
    answer = client.post("/messages", data={"text": "my long question", "form_id": "f"})
    assert answer.status_code == 503
    assert "my long question" in answer.text
    assert "until noon" in answer.text
    turn_on(stack.engine, CHAT)
    assert "until noon" not in client.get("/").text
