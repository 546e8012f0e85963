"""The answers that filers read: the list, one with its versions, and the form to edit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.figures.weeks import local
from bot.knowledge import store
from bot.knowledge.answer import answer
from bot.knowledge.compare import compare
from bot.knowledge.edit import (
    LABELS,
    LONGEST_REASON,
    Draft,
    Fault,
    article_of_draft,
    draft_of,
    faults,
)
from bot.knowledge.model import Article
from bot.knowledge.versions import EditedMeanwhileError, History, NoSuchVersionError
from bot.staff.accounts import Account
from bot.staff.audit import record
from bot.staff.roles import LEADS
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.markdown import to_html
from bot.web.site import Site, in_thread, site_of
from bot.web.views import spoken_moment
from bot.web.words import clean

_NO_ARTICLE = "There is no such article. Go back to the list of articles."
_NO_VERSION = "There is no such version of this article. Look at the list of its versions."
_NO_REASON = "Write why, so that the others know. Nothing was changed."


@dataclass(frozen=True)
class Row:
    """An article in the list."""

    topic: str
    title: str
    checked_on: str
    is_stale: bool
    author: str | None


async def show_articles(request: Request) -> Response:
    """All articles, or those that nobody compared with their sources for long."""
    site = site_of(request)
    only_stale = request.query_params.get("stale") == "1"
    found = await in_thread(store.all_articles, site.engine)
    today = _today(site)
    rows = [
        Row(a.topic, a.title, a.checked_on, a.is_stale(today, _stale_after(site)), a.author)
        for a in found
    ]
    return desk_page(
        request,
        "articles.html",
        rows=[row for row in rows if row.is_stale or not only_stale],
        stale=sum(row.is_stale for row in rows),
        all=len(rows),
        only_stale=only_stale,
        stale_after=_stale_after(site),
        retired=await in_thread(store.retired_topics, site.engine),
    )


async def show_article(request: Request) -> Response:
    """One article as filers read it, and its versions."""
    site, history = site_of(request), await _history(request)
    article = history.standing.article
    return desk_page(
        request,
        "article.html",
        history=history,
        article=article,
        shown=await _shown(site, article),
        is_stale=article.is_stale(_today(site), _stale_after(site)),
        moments=_moments(site, history),
        may_edit=account_of(request).role in LEADS,
    )


async def show_edit(request: Request) -> Response:
    """The form, filled with what stands."""
    history = await _history(request)
    if history.retired_at is not None:
        raise HTTPException(404, "This article is retired: its topic is gone from data/topics.")
    return await _edit_page(request, history, draft_of(history.standing.article))


async def post_edit(request: Request) -> Response:
    """Show the draft as filers would read it, or let them read it."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    history = await _history(request)
    base = history.standing.article
    draft = Draft({field: form.get(field) for field in LABELS})
    found = await _faults(site, draft, base)
    edition = _edition(form.get("edition"))
    if form.get("do") != "save":
        # why it is changed is asked only when it is
        found = [fault for fault in found if fault.field != "reason"]
    if found:
        return await _edit_page(request, history, draft, 422, found, edition=edition)
    article = article_of_draft(draft, base)
    if form.get("do") != "save":
        shown = await _shown(site, article)
        return await _edit_page(request, history, draft, shown=shown, edition=edition)
    try:
        await in_thread(_put_edit, site, article, account, draft.text("reason"), edition)
    except EditedMeanwhileError:
        return await _edit_page(request, await _history(request), draft, 409, meanwhile=True)
    return go_to(request, f"/desk/articles/{history.topic}", "Filers read your version now.")


async def show_version(request: Request) -> Response:
    """An old version: as it was read, and how it differs from what stands."""
    return await _version_page(request)


async def _version_page(
    request: Request, status: int = 200, problem: str | None = None, reason: str = ""
) -> Response:
    site, history = site_of(request), await _history(request)
    try:
        version = history.version(int(request.path_params["number"]))
    except NoSuchVersionError:
        raise HTTPException(404, _NO_VERSION) from None
    return desk_page(
        request,
        "article_version.html",
        status,
        problem=problem,
        reason=reason,
        history=history,
        version=version,
        when=spoken_moment(version.created_at, site.court.time_zone),
        shown=await _shown(site, version.article),
        differences=compare(version.article, history.standing.article),
        may_restore=account_of(request).role in LEADS
        and not version.stands
        and history.retired_at is None,
    )


async def post_restore(request: Request) -> Response:
    """Let filers read an old version again."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    history, number = await _history(request), int(request.path_params["number"])
    reason = form.get("reason").strip()[:LONGEST_REASON]
    if not reason:
        return await _version_page(request, 422, _NO_REASON)
    try:
        await in_thread(
            _restore, site, history.topic, number, account, reason, _edition(form.get("edition"))
        )
    except NoSuchVersionError:
        raise HTTPException(404, _NO_VERSION) from None
    except EditedMeanwhileError as error:
        return await _version_page(request, 409, str(error), reason)
    return go_to(request, f"/desk/articles/{history.topic}", "Filers read that version again.")


def _put_edit(site: Site, article: Article, account: Account, reason: str, edition: int) -> None:
    # both or neither: no text is read by filers of which the log knows nothing
    with site.engine.begin() as connection:
        store.put_edit(connection, article, author=account.name, reason=reason, edition=edition)
        record(connection, account.name, "edited an article", article.topic, reason)


def _restore(
    site: Site, topic: str, number: int, account: Account, reason: str, edition: int
) -> None:
    with site.engine.begin() as connection:
        store.restore(
            connection, topic, number, author=account.name, reason=reason, edition=edition
        )
        record(connection, account.name, "restored an article", topic, reason)


async def _edit_page(
    request: Request,
    history: History,
    draft: Draft,
    status: int = 200,
    found: list[Fault] | None = None,
    *,
    shown: Markup | None = None,
    edition: int | None = None,
    meanwhile: bool = False,
) -> Response:
    site = site_of(request)
    by_field: dict[str, list[str]] = {}
    for fault in found or ():
        by_field.setdefault(fault.field, []).append(fault.text)
    standing = history.standing
    return desk_page(
        request,
        "article_edit.html",
        status,
        history=history,
        draft=draft,
        labels=LABELS,
        faults=by_field,
        shown=shown,
        # who was told of another's version has read it, and overwrites it knowingly
        edition=history.edition if edition is None else edition,
        meanwhile=compare(standing.article, article_of_draft(draft, standing.article))
        if meanwhile
        else None,
        other=standing,
        placeholders=dict(sorted(site.court.values.items())),
        problem="The draft has mistakes. They stand at the fields; nothing was changed."
        if found
        else None,
    )


async def _history(request: Request) -> History:
    topic = clean(str(request.path_params["topic"])[:64])
    history = await in_thread(store.history_of, site_of(request).engine, topic)
    if history is None:
        raise HTTPException(404, _NO_ARTICLE)
    return history


async def _faults(site: Site, draft: Draft, base: Article) -> list[Fault]:
    choices: Mapping[str, str] = await in_thread(store.choices_by_topic, site.engine)
    other = {topic: choice for topic, choice in choices.items() if topic != base.topic}
    return faults(draft, base, site.court, today=_today(site), other_choices=other)


async def _shown(site: Site, article: Article) -> Markup:
    titles = await in_thread(store.choices_by_topic, site.engine)
    return to_html(answer(article, site.court, titles).text)


def _edition(text: str) -> int:
    """The edition that the form was made from; one that never was for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _today(site: Site) -> date:
    return local(utc_now(), site.court.time_zone).date()


def _stale_after(site: Site) -> int:
    return site.court.stale_after_days


def _moments(site: Site, history: History) -> dict[int, str]:
    zone = site.court.time_zone
    return {v.number: spoken_moment(v.created_at, zone) for v in history.versions}
