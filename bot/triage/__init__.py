"""Help requests: what a filer asks the clerk's office for, and what became of it."""
