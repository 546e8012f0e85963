"""The clerks' desk: pages for staff who signed in. ``routes.py`` says who may see which page."""
