"""What filers asked and got no answer to: groups of like questions, and what becomes of them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.knowledge.store import choices_by_topic
from bot.questions import store
from bot.questions.review import (
    ReviewError,
    Suggestion,
    export,
    keep_examples,
    suggestions,
)
from bot.questions.training_file import FILE_NAME
from bot.staff.audit import record
from bot.web.desk.audit import page_number
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of
from bot.web.views import spoken_moment

_PER_PAGE = 50
_PAGE = "/desk/questions"
_GONE = "These questions are decided on already, or their conversations were deleted."
_NOT_LOOKED = "Look at every text, then say so by the box above the buttons. Nothing was kept."
_NO_TOPIC = "Choose the topic that these questions are about. Nothing was kept."
_NONE_TAKEN = "Tick at least one question. Nothing was kept."
_DECISIONS = {
    store.OUT_OF_SCOPE: "marked questions out of scope",
    store.SET_ASIDE: "set questions aside",
}


async def show_questions(request: Request) -> Response:
    """The groups, largest first, and the examples that wait to be trained."""
    site = site_of(request)
    zone = site.court.time_zone
    await in_thread(store.gather, site.engine)
    groups = await in_thread(store.open_groups, site.engine)
    pages = max(1, -(-len(groups) // _PER_PAGE))
    number = min(page_number(request.query_params.get("page", "")), pages)
    shown = groups[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    return desk_page(
        request,
        "questions.html",
        groups=[
            (group, spoken_moment(group.first_at, zone), spoken_moment(group.last_at, zone))
            for group in shown
        ],
        count=len(groups),
        questions=sum(len(group.questions) for group in groups),
        kinds=store.KINDS,
        titles=await in_thread(choices_by_topic, site.engine),
        page=number,
        pages=pages,
        examples=await in_thread(store.count_examples, site.engine),
        file_name=FILE_NAME,
    )


async def show_group(request: Request) -> Response:
    """One group, with each wording as it could become an example."""
    return await _group_page(request, await _group(request))


async def post_group(request: Request) -> Response:
    """Make examples of a topic of it, or note that it is out of scope or nothing."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    group = await _group(request)
    rows = list(zip(form.all("original"), form.all("text"), strict=False))
    ticked = {int(n) for n in form.all("take") if n.isascii() and n.isdecimal() and len(n) < 4}
    taken = [row for place, row in enumerate(rows) if place in ticked]
    if not taken:
        return await _group_page(request, group, 422, _NONE_TAKEN, rows)
    decision = form.get("do")
    if decision in _DECISIONS:
        ids = group.worded([original for original, _ in taken])
        count = await in_thread(_decide, site, ids, decision, account.name)
        return go_to(request, _PAGE, f"{_DECISIONS[decision].capitalize()}: {count}.")
    topic = form.get("topic")
    if topic not in await in_thread(choices_by_topic, site.engine):
        return await _group_page(request, group, 422, _NO_TOPIC, rows)
    if form.get("looked") != "yes":
        return await _group_page(request, group, 422, _NOT_LOOKED, rows)
    try:
        new = await in_thread(_keep, site, group, topic, taken, account.name)
    except ReviewError as error:
        places = sorted(ticked & set(range(len(rows))))
        faults = {places[n]: texts for n, texts in error.faults.items()}
        return await _group_page(request, group, 422, str(error), rows, faults)
    return go_to(request, _PAGE, f"{topic} has {new} new examples. Training brings them in.")


def _decide(site: Site, ids: list[int], decision: str, who: str) -> int:
    with site.engine.begin() as connection:
        count = store.decide(connection, ids, decision, who=who)
        record(connection, who, _DECISIONS[decision], "", f"{count} questions")
    return count


def _keep(
    site: Site, group: store.Group, topic: str, taken: list[tuple[str, str]], who: str
) -> int:
    folder = site.settings.topics_dir
    with site.engine.begin() as connection:
        new = keep_examples(connection, group, topic, taken, topics_dir=folder, who=who)
        record(connection, who, "made training examples", topic, f"{new} examples")
    return new


async def get_examples(request: Request) -> Response:
    """The training file of one topic, ready for data/topics."""
    site, topic = site_of(request), str(request.path_params["topic"])
    files = await in_thread(export, site.engine, site.settings.topics_dir)
    if topic not in files:
        raise HTTPException(404, "This topic has no examples that are not in data/topics already.")
    account = account_of(request)
    await in_thread(record, site.engine, account.name, "took training examples", topic)
    return Response(
        files[topic],
        media_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
            "Content-Security-Policy": "sandbox",
        },
    )


async def _group(request: Request) -> store.Group:
    number = int(request.path_params["number"])
    for group in await in_thread(store.open_groups, site_of(request).engine):
        if group.number == number:
            return group
    raise HTTPException(404, _GONE)


async def _group_page(
    request: Request,
    group: store.Group,
    status: int = 200,
    problem: str | None = None,
    rows: list[tuple[str, str]] | None = None,
    faults: dict[int, list[str]] | None = None,
) -> Response:
    site: Site = site_of(request)
    offered = await in_thread(suggestions, group, site.settings.topics_dir)
    if rows:
        names = {one.original: one.names for one in offered}
        offered = [Suggestion(o, text, names.get(o, ())) for o, text in rows]
    form = form_of(request)
    return desk_page(
        request,
        "question_group.html",
        status,
        group=group,
        offered=offered,
        ticked=set(form.all("take")) if rows else {str(n) for n in range(len(offered))},
        left=len(group.texts) - len(offered),
        faults=faults or {},
        kinds=store.KINDS,
        titles=await in_thread(choices_by_topic, site.engine),
        topic=form.get("topic") or next(iter(group.guesses), ""),
        problem=problem,
    )
