"""Texts that would run something, everywhere where a filer's words come back: nothing runs."""

from io import BytesIO

import pikepdf
from browser_tools import ask, reply_after
from hostile_texts import TEXTS
from pikepdf import Array, Dictionary, Name, String
from playwright.sync_api import Page, expect

_AT_ONCE = 10
_LOADING = "script, iframe, img, svg, style, meta, [onerror], [onload], [hx-on\\:load], [autofocus]"


def _pdf(texts: list[str]) -> bytes:
    """Title, author, bookmarks and names of fields are hostile; so that they are shown, the fields
    can still be filled in."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(612, 792))
    pdf.docinfo["/Title"], pdf.docinfo["/Author"] = texts[0], texts[1]
    fields = [
        pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String(text),
                V=String(text),
                Rect=Array([72, 600, 300, 620]),
                F=4,
                P=page.obj,
            )
        )
        for text in texts
    ]
    page.Annots = Array(fields)
    pdf.Root.AcroForm = Dictionary(Fields=Array(fields))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(texts[2], 0))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_a_hundred_of_them_run_nowhere(page: Page) -> None:
    assert len(set(TEXTS)) == 100
    page.goto("/")
    # one is typed and one sent as a file by hand; the others come by the API, which is quicker
    ask(page, TEXTS[0])
    page.get_by_text("Have a PDF checked").click()
    file = {"name": f"{TEXTS[10]}.pdf", "mimeType": "application/pdf", "buffer": _pdf(TEXTS[:3])}
    page.get_by_label("PDF to check").set_input_files(file)  # type: ignore[arg-type]
    expect(page.locator("[data-upload-status]")).to_contain_text(TEXTS[10])
    page.get_by_role("button", name="Check this file").click()
    reply_after(page, 1)
    for start in range(0, len(TEXTS), _AT_ONCE):
        texts = TEXTS[start : start + _AT_ONCE]
        answer = page.request.post("/api/messages", data={"text": "\n".join(texts)})
        assert answer.ok, answer.text()
        sent = page.request.post(
            "/api/uploads", params={"name": f"{texts[0]}.pdf"}, data=_pdf(texts)
        )
        answer = page.request.post("/api/messages", data={"upload_id": sent.json()["upload_id"]})
        assert answer.json()["outcome"] == "checked"
    before = page.locator(_LOADING).count()
    page.reload()
    expect(page.locator("#turns > .turn")).to_have_count(2 + 2 * len(TEXTS) // _AT_ONCE)
    page.mouse.wheel(0, 10_000)
    page.wait_for_timeout(500)
    # nothing stands in the page that was not there before, and no link runs something
    assert page.locator(_LOADING).count() == before
    addresses = page.locator("[href], [action], [src]").evaluate_all(
        "all => all.map((one) => one.href ?? one.action ?? one.src)"
    )
    assert [one for one in addresses if not str(one).startswith(("http", "tel:", "mailto:"))] == []
    assert page.locator("h1").count() == 1
    typed = page.locator("#turns .typed").all_inner_texts()
    assert TEXTS[0] in typed
