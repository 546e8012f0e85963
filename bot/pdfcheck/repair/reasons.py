"""Why there is no mended copy, and what a filer can do by hand instead."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pdfcheck.rules.fixes import GET_AGAIN, PRINT_TO_PDF


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, and what to do instead, in a filer's words."""

    why_not: str
    by_hand: str


_BY_HAND = (
    "Open your file in Adobe Acrobat or Reader, Mac Preview or Chrome, look whether everything is "
    "there, and print it to a new PDF (Microsoft Print to PDF, Adobe PDF or Save as PDF)."
)
_AGAIN = (
    "Make the PDF again in the program that it came from, for example Word: Save as, PDF. If you "
    "have only the PDF: " + PRINT_TO_PDF
)

REASONS: dict[str, Reason] = {
    "not_pdf": Reason(
        "The file is not a PDF, so there is nothing to mend.",
        "Open it in the program that made it, and save or print it as a PDF.",
    ),
    "password": Reason(
        "The file asks for a password, and only somebody who has it can open the file.",
        "Open it with the password and print it to a new PDF. In Acrobat: File, Properties, "
        "Security, No Security, then save.",
    ),
    "unknown_encryption": Reason(
        "The file is locked with a certificate or by rights management.",
        "Ask the sender for a copy without protection.",
    ),
    "damaged": Reason(
        "The file is too badly damaged to be repaired here.",
        "Download or make it again. If a viewer still opens it: " + PRINT_TO_PDF,
    ),
    "no_pages": Reason(
        "The file has no page that could be kept.",
        "Make the PDF again from the original document.",
    ),
    "limit": Reason(
        "The file is too large or too tangled to be mended here within the limits.",
        _BY_HAND,
    ),
    "busy": Reason(
        "The computer that makes copies was too busy to make this one in time.",
        "Your file need not be the cause. Try again in a minute.",
    ),
    "no_room": Reason(
        "There is no room on the disk for the copy.",
        "Your file is not the cause. Try again later, or mend it yourself. " + _BY_HAND,
    ),
    "unseen": Reason(
        "A part of the file could not be read, and a copy without that part could miss something.",
        _BY_HAND,
    ),
    "dynamic_xfa": Reason(
        "The file is a dynamic XFA form. Its pages exist only inside Adobe's programs, so a copy "
        "made here would show only “Please wait”.",
        "Open it in Adobe Reader or Acrobat and print it to Adobe PDF or Microsoft Print to PDF.",
    ),
    "xfa_values": Reason(
        "The file is an XFA form that holds words which only Adobe's programs show. A copy made "
        "here would lack them.",
        "Open it in Adobe Reader or Acrobat and print it to Adobe PDF or Microsoft Print to PDF.",
    ),
    "portfolio": Reason(
        "The file is a portfolio: its page is only a cover, and the documents are attached to it.",
        "File the documents in it, each as a PDF of its own. Check each of them here first.",
    ),
    "letters": Reason(
        "A form field holds letters that cannot be drawn here, for example Arabic or Chinese.",
        "Open the form in Adobe Acrobat or Reader and print it to a new PDF. " + "Look whether "
        "the field shows in the new copy.",
    ),
    "not_saved": Reason(
        "The file is damaged in such a way that no whole copy could be written.",
        _AGAIN,
    ),
    "not_compared": Reason(
        "The copy could not be compared with your file, so nobody can say that nothing is missing.",
        _BY_HAND,
    ),
    "lost_pages": Reason(
        "The copy would have other pages than your file.",
        _BY_HAND,
    ),
    "end_missing": Reason(
        "The end of the file is missing, and pages of it with it. A copy would lack them too.",
        GET_AGAIN,
    ),
    "page_sizes": Reason(
        "A page of the copy would have another size than in your file.",
        _BY_HAND,
    ),
    "other_drawing": Reason(
        "The file is damaged in such a way that programs show different things, and nobody can say "
        "which one is meant.",
        _AGAIN,
    ),
    "lost_words": Reason("The copy would lack words of your file.", _BY_HAND),
    "refused": Reason(
        "The copy would still be refused.",
        _AGAIN,
    ),
    "nothing": Reason(
        "The check found nothing in the file that a mended copy would change.",
        "File it as it is.",
    ),
    "rights": Reason(
        "The file is locked against changes by its maker. The lock may come off only if you have "
        "the right to take it off.",
        "Confirm that you have that right, or ask the maker for a copy without protection.",
    ),
    "even_signed": Reason(
        "The file carries a digital signature. Every change voids it: the copy shows only the "
        "picture of the signature.",
        "Confirm that you want the copy all the same, or mend the unsigned document and sign it "
        "again.",
    ),
}
