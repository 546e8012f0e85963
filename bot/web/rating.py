"""Whether an answer helped, and what was missing."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.conversations import turn_by_message
from bot.privacy import mask
from bot.ratings import COMMENT_CHARS, Rating, ReasonError, give_reason, rate
from bot.web import words
from bot.web.bodies import read_form
from bot.web.cookies import known_conversation, token_of
from bot.web.errors import wants_part
from bot.web.form_tokens import check_form
from bot.web.language import N_
from bot.web.refused import RefusedError
from bot.web.site import Site, in_thread, site_of

REASON_TITLES = (
    ("other_question", N_("It answers another question")),
    ("unclear", N_("I do not understand it")),
    ("did_not_work", N_("I did this and it did not work")),
    ("out_of_date", N_("It is out of date")),
    ("other", N_("Something else")),
)


async def post_rating(request: Request) -> Response:
    """Take a rating, or the reason for one."""
    site = site_of(request)
    form = await read_form(request)
    check_form(form)
    rating = await in_thread(_rated, site, token_of(site, request), form)
    if wants_part(request):
        turn = {"id": rating.message_id, "rating": rating, "asks_rating": True}
        return HTMLResponse(site.render("partials/rating.html", turn=turn))
    return RedirectResponse(f"/#turn-{rating.message_id}", 303)


def _rated(site: Site, token: str | None, form: dict[str, str]) -> Rating:
    conversation = known_conversation(site, token)
    message_id = words.clean(form.get("turn", "")[:64])
    turn = turn_by_message(site.engine, conversation.id, message_id) if conversation else None
    if conversation is None or turn is None or turn.reply is None:
        raise RefusedError(404, words.UNKNOWN_TURN)
    topic = turn.reply.topic
    helped = form.get("helped")
    if helped in {"yes", "no"}:
        return rate(site.engine, conversation.id, message_id, helped=helped == "yes", topic=topic)
    comment = mask(words.clean(form.get("comment", "")[: 2 * COMMENT_CHARS])).text
    try:
        return give_reason(
            site.engine, conversation.id, message_id, form.get("reason", ""), comment, topic=topic
        )
    except ReasonError:
        raise RefusedError(422, words.NO_REASON) from None


async def to_start(request: Request) -> Response:
    """Somebody typed or reloaded the address that the form posts to."""
    return RedirectResponse("/", 303)


ROUTES = [
    Route("/ratings", post_rating, methods=["POST"]),
    Route("/ratings", to_start, methods=["GET"]),
]
