"""Compares the help desk with the bot that ``rasa init`` makes, on the same machine.

``python -m bench`` sets the bare bot up once (``.cache/bench/``), measures every row of the table
and prints it. Each row is one file in ``bench/rows/``.
"""
