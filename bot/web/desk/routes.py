"""Every page of the desk and who may see it: the one table that the server is built from, and that
the tests try with every role."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff.issuer import CALLBACK
from bot.staff.roles import ADMINISTRATORS, CLERKS, EVERYBODY, LEADS, TESTER, TESTERS
from bot.web.desk import (
    articles,
    audit,
    court_sign_in,
    figures,
    own_account,
    questions,
    queue,
    requests,
    retention,
    sessions,
    signing_in,
    staff,
    switches,
    testing,
)
from bot.web.desk.access import ANYBODY, SIGN_OUT, Page, routes_of
from bot.web.desk.shell import account_of
from bot.web.row_numbers import ROW


async def to_first_page(request: Request) -> Response:
    """Where one's work is."""
    role = account_of(request).role
    return RedirectResponse("/desk/tests" if role == TESTER else "/desk/queue", 303)


_TESTERS = LEADS | {TESTER}
TABLE: tuple[Page, ...] = (
    # signing in
    Page("GET", "/desk/sign-in", signing_in.show_sign_in, ANYBODY),
    Page("POST", "/desk/sign-in", signing_in.post_sign_in, ANYBODY),
    Page("GET", "/desk/sign-in/code", signing_in.show_code, ANYBODY),
    Page("POST", "/desk/sign-in/code", signing_in.post_code, ANYBODY),
    Page("GET", "/desk/sign-in/court", court_sign_in.show_start, ANYBODY),
    Page("GET", CALLBACK, court_sign_in.show_callback, ANYBODY, from_issuer=True),
    Page("GET", "/desk/set-password/{token}", signing_in.show_link, ANYBODY),
    Page("POST", "/desk/set-password/{token}", signing_in.post_link, ANYBODY),
    Page("POST", SIGN_OUT, signing_in.post_sign_out, EVERYBODY),
    Page("GET", "/desk", to_first_page, EVERYBODY),
    # the queue and its requests
    Page("GET", "/desk/queue", queue.show_queue, CLERKS, nav="Queue"),
    Page("GET", "/desk/queue/rows", queue.show_rows, CLERKS, active=False),
    Page("POST", "/desk/queue/next", queue.post_next, CLERKS),
    Page("POST", "/desk/queue/views", queue.post_view, CLERKS),
    Page("POST", f"/desk/queue/views/{ROW}/delete", queue.post_view_deletion, CLERKS),
    Page("GET", "/desk/requests/{code}", requests.show_request, CLERKS),
    Page("POST", "/desk/requests/{code}/claim", requests.post_claim, CLERKS),
    Page("POST", "/desk/requests/{code}/move", requests.post_move, CLERKS),
    Page("POST", "/desk/requests/{code}/assign", requests.post_assign, CLERKS),
    Page("POST", "/desk/requests/{code}/notes", requests.post_note, CLERKS),
    Page("POST", "/desk/requests/{code}/session", requests.post_session, CLERKS),
    Page("POST", "/desk/requests/{code}/reply", requests.post_reply, CLERKS),
    Page("GET", "/desk/sessions", sessions.show_sessions, CLERKS, nav="Sessions"),
    Page("POST", "/desk/sessions/not-held", sessions.post_not_held, CLERKS),
    # articles
    Page("GET", "/desk/articles", articles.show_articles, EVERYBODY, nav="Articles"),
    Page("GET", "/desk/articles/{topic}", articles.show_article, EVERYBODY),
    Page("GET", "/desk/articles/{topic}/edit", articles.show_edit, LEADS),
    Page("POST", "/desk/articles/{topic}/edit", articles.post_edit, LEADS),
    Page("GET", f"/desk/articles/{{topic}}/versions/{ROW}", articles.show_version, EVERYBODY),
    Page("POST", f"/desk/articles/{{topic}}/versions/{ROW}/restore", articles.post_restore, LEADS),
    # unanswered questions
    Page("GET", "/desk/questions", questions.show_questions, _TESTERS, nav="Questions"),
    Page("GET", f"/desk/questions/{ROW}", questions.show_group, _TESTERS),
    Page("POST", f"/desk/questions/{ROW}", questions.post_group, _TESTERS),
    Page("GET", "/desk/questions/examples/{topic}", questions.get_examples, _TESTERS),
    # what is counted
    Page("GET", "/desk/figures", figures.show_figures, EVERYBODY, nav="Figures"),
    Page("GET", "/desk/figures.csv", figures.get_csv, EVERYBODY),
    # proof that the assistant answers right
    Page("GET", "/desk/tests", testing.show_tests, TESTERS, nav="Tests"),
    Page("POST", "/desk/tests", testing.post_run, TESTERS),
    Page("GET", "/desk/tests/runs", testing.show_progress, TESTERS, active=False),
    Page("GET", "/desk/tests/compared", testing.show_comparison, TESTERS),
    Page("GET", f"/desk/tests/{ROW}", testing.show_run, TESTERS),
    Page("GET", f"/desk/tests/{ROW}/report", testing.show_report, TESTERS),
    Page("POST", f"/desk/tests/{ROW}/stop", testing.post_stop, TESTERS),
    # administration
    Page("GET", "/desk/switches", switches.show_switches, LEADS, nav="Switches"),
    Page("POST", "/desk/switches/{name}", switches.post_switch, LEADS),
    Page("GET", "/desk/retention", retention.show_retention, ADMINISTRATORS, nav="Retention"),
    Page("POST", "/desk/retention", retention.post_retention, ADMINISTRATORS),
    Page("GET", "/desk/audit", audit.show_audit, LEADS, nav="Log"),
    Page("GET", "/desk/staff", staff.show_staff, ADMINISTRATORS, nav="Staff"),
    Page("POST", "/desk/staff", staff.post_staff, ADMINISTRATORS),
    Page("POST", f"/desk/staff/{ROW}", staff.post_change, ADMINISTRATORS),
    # one's own account
    Page("GET", "/desk/account", own_account.show_account, EVERYBODY),
    Page("POST", "/desk/account/password", own_account.post_password, EVERYBODY),
    Page("POST", "/desk/account/recovery-codes", own_account.post_recovery_codes, EVERYBODY),
    Page("POST", "/desk/account/shortcuts", own_account.post_shortcuts, EVERYBODY),
)
DESK_ROUTES = routes_of(TABLE)
