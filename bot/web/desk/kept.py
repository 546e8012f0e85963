"""What somebody wrote into a form that was not taken, since the session had ended or something
failed: the answer holds it, so that it can be sent again. Nothing of it is stored."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.knowledge.edit import LABELS
from bot.web.desk.shell import SIGN_IN, Form, desk_of, desk_page

SIGNED_OUT = (
    "You were signed out, so nothing was changed. What you wrote is on this page, as long as it "
    "stays open."
)
SIGNED_IN_AGAIN = (
    "This form is from an earlier sign-in, so nothing was changed yet. Look at what you wrote, "
    "then send it."
)
_HEADINGS = {SIGNED_OUT: "You are signed out", SIGNED_IN_AGAIN: "Not sent yet"}
# they are typed anew, and stand in no page
_SECRET = frozenset({"password", "again", "present", "code"})
# chosen on the page, not written; they go along unseen
_CHOSEN = frozenset(
    """change do due edition looked mine next order original role session shortcuts shown start
    state take to topic what""".split()
)
_LABELS = {
    **LABELS,
    "email": "E-mail address",
    "full_name": "Full name",
    "name": "Name",
    "notice": "Notice",
    "text": "Text",
    "why": "What happened, or why",
}


@dataclass(frozen=True)
class Field:
    """A field of a kept form; ``label`` is None for what goes along unseen."""

    name: str
    value: str
    label: str | None

    @property
    def rows(self) -> int:
        """How high it is shown."""
        return min(14, sum(1 + len(line) // 90 for line in self.value.split("\n")))


def _fields_of(form: Form) -> list[Field]:
    return [
        Field(name, value, _label(name, value))
        for name, value in form.fields
        if name not in _SECRET and name != "form_token"
    ]


def has_words(form: Form) -> bool:
    """Whether somebody wrote into it."""
    return any(field.label for field in _fields_of(form))


def _label(name: str, value: str) -> str | None:
    if name in _CHOSEN or not value.strip():
        return None
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def kept_page(request: Request, status: int, text: str, *, back: str) -> Response:
    """What was written into the form of the request. ``text`` says what happened. ``back`` is the
    page on which the form stood."""
    desk = desk_of(request)
    return desk_page(
        request,
        "kept.html",
        status,
        heading=_HEADINGS.get(text, "That did not work"),
        text=text,
        fields=_fields_of(desk.form),
        to=request.url.path,
        back=back,
        is_signed_out=text == SIGNED_OUT,
        sent_token=desk.form.get("form_token"),
        sign_in=SIGN_IN,
    )
