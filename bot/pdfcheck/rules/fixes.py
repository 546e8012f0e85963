"""Ways to mend a file that serve several rules. The courts' own advice is to print to PDF."""

from dataclasses import replace

from bot.pdfcheck.rule import Mend

PRINT_TO_PDF = (
    "Print it to a new PDF (Print, then Microsoft Print to PDF, Adobe PDF, or Save as PDF on a Mac "
    "or in Chrome) and file the new copy."
)
SANITIZE = (
    PRINT_TO_PDF + " In Acrobat Pro, Remove Hidden Information or Sanitize Document does it too."
)

#: What is to be done with a file of which the end is missing: a print of it would lack pages.
GET_AGAIN = (
    "Download or copy the file again, or make it again from the original. See that its last page "
    "is there before you upload it."
)

#: When the check and not the file is the cause.
CHECK_AGAIN = "Your file need not be the cause. Check it again in a minute."

#: Printing makes pages without anything that acts. It drops links and bookmarks, too.
PRINT = Mend(
    acrobat="File, Print, printer Adobe PDF or Microsoft Print to PDF; save the copy.",
    word="Make the PDF again: File, Save As, PDF. Or Print, Microsoft Print to PDF.",
    preview="File, Print, then PDF, Save as PDF. Export alone may keep what has to go.",
    chrome="Open the file in Chrome, Print, as destination choose “Save as PDF”.",
    scan="A scan made as plain PDF has nothing of the kind: print the paper and scan it anew.",
)
#: As PRINT, with Acrobat Pro's own way.
SANITIZED = replace(
    PRINT,
    acrobat=(
        "Acrobat Pro: Redact (or Protect), Sanitize Document. Reader: File, Print, Microsoft Print "
        "to PDF."
    ),
)
#: Make the document again from what it was made of.
AGAIN = Mend(
    acrobat="If it opens: File, Save As under a new name. Still refused: print it to Adobe PDF.",
    word="Open the original and make the PDF again: File, Save As, PDF.",
    preview="If it opens: File, Print, then PDF, Save as PDF.",
    chrome="If it opens in Chrome: Print, “Save as PDF”. Or download it again.",
    scan="Scan it again as PDF and wait until the app has saved it before you send it.",
)

TNED = "https://tned.uscourts.gov/nextgen-release-18-updates-pdf-requirements"
NJD = "https://www.njd.uscourts.gov/content/why-my-pdf-rejected"
OKED = "https://www.oked.uscourts.gov/pdf-content-criteria"
CACB = "https://www.cacb.uscourts.gov/manual/pdf-documents-and-cmecf-rev-712022"
NVB = (
    "https://www.nvb.uscourts.gov/electronic-case-filing/resources-documentation/procedures/"
    "pdf-requirements/index.html"
)
MSND = "https://www.msnd.uscourts.gov/node/314"
TXEB = "https://www.txeb.uscourts.gov/recommendations-electronically-filed-documents"
RULE_9037 = "Fed. R. Bankr. P. 9037"


def iso(*clauses: str) -> str:
    """The standard with its clauses, as a source."""
    return f"ISO 32000-2, {', '.join(clauses)}"
