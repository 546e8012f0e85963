"""What an evaluation leaves on disk: a page to read, a summary and a table for programs."""
