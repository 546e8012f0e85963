"""Ways to mend a file that serve several rules. The courts' own advice is to print to PDF."""

PRINT_TO_PDF = (
    "Open the file in the program in which you read it, choose Print, choose a PDF printer "
    "(Microsoft Print to PDF, Adobe PDF, or Save as PDF on a Mac or in Chrome) and file the new "
    "copy."
)
SANITIZE = (
    "In Acrobat Pro, Remove Hidden Information or Sanitize Document takes it out. Or: "
    + PRINT_TO_PDF
)
