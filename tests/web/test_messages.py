"""One message through the real server: what comes back, what Rasa sees, what is stored."""

from web_stack import Stack

from bot.db.tables import turns


def test_a_message_is_answered_and_stored(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "how do I link my account"})
    assert response.status_code == 200
    assert response.json() == {
        "text": "You said: how do I link my account",
        "outcome": "answered",
        "topic": "link_accounts",
        "sources": [
            {"title": "NextGen", "url": "https://example.gov/n", "checked_on": "2026-11-01"}
        ],
        "choices": [
            {"id": "c1", "title": "Upgrade"},
            {"id": response.json()["choices"][1]["id"], "title": "Something else"},
        ],
    }
    assert response.headers["x-intent"] == "link_accounts"
    assert float(response.headers["x-confidence"]) == 0.98
    with stack.engine.connect() as connection:
        (row,) = connection.execute(turns.select()).all()
    assert row.text == "how do I link my account"
    assert row.reply["outcome"] == "answered"
    assert (row.intent, row.confidence) == ("link_accounts", 0.98)
