"""Ways to mend a file that serve several rules. The courts' own advice is to print to PDF."""

PRINT_TO_PDF = (
    "Print it to a new PDF (Print, then Microsoft Print to PDF, Adobe PDF, or Save as PDF on a Mac "
    "or in Chrome) and file the new copy."
)
SANITIZE = (
    PRINT_TO_PDF + " In Acrobat Pro, Remove Hidden Information or Sanitize Document does it too."
)
