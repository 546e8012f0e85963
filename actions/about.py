"""What the help desk is and can do; asked again, what it knows, in other words."""

import re

from rasa_sdk import Tracker

from actions.about_report import ABOUT_A_FILE, report_question
from actions.base import HELP_ME, HelpdeskAction, Result, last_reply_text, said, topic_titles
from actions.choices import let_a_person
from actions.in_context import lines_on_it
from bot.knowledge.answer import PERSON, topic_choices
from bot.outcomes import ANSWERED, Reply

WHAT_IT_IS = (
    "I am a program of the court's help desk, not a person. I answer questions about filing in "
    "CM/ECF and about PACER accounts from articles that name their sources, I check a PDF that is "
    "refused, and I take down a request for the clerk's staff. I cannot see cases or accounts, and "
    "I give no legal advice. Tell me in your own words what you are stuck with."
)
KEPT = " ".join(
    """
    Only you and the clerk's staff can read this conversation. It is no part of any case and files
    nothing. Passwords and Social Security numbers that I recognize are removed before anything is
    kept. A file that you send is deleted by itself. To delete all of it now, choose "Delete my
    conversation and files" on this page; you can save or print it there, too. "What is kept, and
    for how long" says the rest.
    """.split()
)
LANGUAGES = (
    "You can write in Spanish, too, in short sentences. The answers are in English; "
    "buttons and short sentences follow the language of this page, which you can change at its "
    "top.\n\nTambién puede escribir en español, con frases cortas. Las respuestas están en "
    "inglés; los botones y las frases cortas siguen el idioma de esta página, que puede cambiar "
    "arriba."
)
_MORE = "In more detail, I can help with these:"
_TOPICS = (
    (
        "- **Signing in:** a lost CM/ECF or PACER login, codes (MFA), Legacy accounts, linking, "
        "menus that are missing."
    ),
    "- **Permission to file:** attorneys, creditors, trustees, staff, people without a lawyer.",
    (
        "- **PDFs:** why CM/ECF refuses one and how to mend it. Attach it here, and I check it. "
        "Often I can make a mended copy."
    ),
    "- **Also:** changing your address or e-mail, PACER fees, help sessions by Zoom, guides.",
    "- **A person:** phone numbers, or a request to the clerk's staff that I take down.",
)
_FOR_EXAMPLE = "Write what happens on your screen, for example: I only see Query and Reports."
_LIKELIEST = ("link_trouble", "forgot_pacer_credentials", "pdf_rejected", "efiling_registration")
_WHAT_ELSE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|and|so|but|yes|well)[\s,.]+){0,3}"
    r"(?:(?:what|anything|something) (?:else|more)|is that (?:all|it)|(?:like|such as) what"
    r"|for example|such as|like|more|what exactly|qu[eé] (?:m[aá]s|otra cosa))"
    r"(?: (?:can|do|could) (?:you|u)(?: (?:do|help|help me|know))?)?"
    r"(?: (?:with|for me|then|please)){0,3}\W*",
    re.IGNORECASE,
)
_SPANISH = re.compile(
    r"\W*(?:(?:do|does|can) (?:you|u|anyone|anybody|somebody|someone|they|the (?:court|clerk)) "
    r"(?:speak|understand|read|talk|answer in|have)|is there|can i (?:write|ask|type)(?: in)?"
    r"|(?:ustedes )?(?:habla[ns]?|entiende[ns]?|atienden)(?: (?:ustedes|usted))?(?: en)?"
    r"|(?:puedo|se puede) (?:escribir|preguntar|hablar) en|(?:alguien )?(?:que )?habl[ea](?: en)?"
    r"|(?:(?:anything|this|it) )?in|en)"
    r"(?: (?:any|some|this in|it in|in))* (?:spanish|espa[nñ]ol|castellano)"
    r"(?: (?:please|por favor|here|aqu[ií]|version))*\W*",
    re.IGNORECASE,
)
_THIS_CHAT = re.compile(r"\b(?:chat|conversation|messages?|you|here|typed?|wr[io]te)\b", re.I)
_OF_FILES = frozenset({*ABOUT_A_FILE, "pdf_requirements"})
_LOOK_FOR_ME = re.compile(
    r"\W*(?:(?:and|so|but|ok(?:ay)?|then)\W+){0,2}(?:can|could|will|would) (?:you|u) "
    r"(?:just |please )?(?:check|look|see|verify|look it up|find out)"
    r"(?: (?:it|that|this|into it|for me)){0,2}\W*",
    re.IGNORECASE,
)


class ActionAboutHelpDesk(HelpdeskAction):
    """Says what this is; what it knows where that was said last."""

    def name(self) -> str:
        return "action_about_help_desk"

    def act(self, tracker: Tracker) -> Result:
        if _SPANISH.fullmatch(said(tracker)):
            return Result([Reply(LANGUAGES, ANSWERED)])
        if last_reply_text(tracker) == WHAT_IT_IS:
            return _what_it_knows()
        check = topic_choices(("check_my_pdf",), topic_titles())
        return Result([Reply(WHAT_IT_IS, ANSWERED, choices=(PERSON, *check))])


class ActionAboutPrivacy(HelpdeskAction):
    """Says what is kept. After a PDF, "did you delete anything" asks what its copy holds; after
    the help sessions, "is it recorded" asks of these."""

    def name(self) -> str:
        return "action_about_privacy"

    def act(self, tracker: Tracker) -> Result:
        about_file = tracker.get_slot("topic") in ABOUT_A_FILE and report_question(tracker)
        if about_file:
            return about_file
        of_session = tracker.get_slot("topic") == "zoom_help_session"
        if of_session and not _THIS_CHAT.search(said(tracker)) and (told := lines_on_it(tracker)):
            return told
        return Result([Reply(KEPT, ANSWERED)])


def answer_on_itself(tracker: Tracker) -> Result | None:
    """Which languages it reads, for "hablan español"; what the help desk knows, for "and what
    else" after it said what it is; that it cannot look into accounts, for "can you check" after
    another answer than one on files."""
    text, topic = said(tracker), tracker.get_slot("topic")
    # after an answer on guides, "in spanish?" asks for guides
    if topic != "learning_resources" and _SPANISH.fullmatch(text):
        return Result([Reply(LANGUAGES, ANSWERED)], {"misunderstood": 0})
    if last_reply_text(tracker) == WHAT_IT_IS and _WHAT_ELSE.fullmatch(text):
        return _what_it_knows()
    if topic and topic not in _OF_FILES and _LOOK_FOR_ME.fullmatch(text):
        words = f"I cannot see accounts or cases. {let_a_person()}"
        return Result([Reply(words, ANSWERED, choices=(HELP_ME, PERSON))], {"misunderstood": 0})
    return None


def _what_it_knows() -> Result:
    text = "\n\n".join((_MORE, *_TOPICS, _FOR_EXAMPLE))
    choices = (*topic_choices(_LIKELIEST, topic_titles()), HELP_ME)
    return Result([Reply(text, ANSWERED, choices=choices)], {"misunderstood": 0})
