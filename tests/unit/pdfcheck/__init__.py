"""Tests of the PDF check. All files are made here, byte by byte; see pdf_files.py."""
