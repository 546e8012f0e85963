"""How much a check may use before it is ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one check. Reaching one gives a `not_checked` finding, never an acceptance.

    input_bytes: largest file that is opened at all
    memory_bytes: address space of the child (RLIMIT_AS)
    cpu_seconds: processor time of the child (RLIMIT_CPU)
    walk_seconds: processor time after which the child stops looking and reports what it has
    wall_seconds: time on the clock after which the child is killed from outside
    written_bytes: largest file that the child may write (RLIMIT_FSIZE); a check writes none
    objects: indirect objects that are looked at
    items: entries of arrays and dictionaries that are looked at
    pages: pages that are numbered
    depth: levels of the page tree and of the field tree
    findings: findings listed per rule; the rest is counted
    decoded_bytes: largest stream that is decoded, also by qpdf itself
    text_seconds: processor time for what the pages show; 0 leaves that out. What is not looked at
        is said in a note and refuses nothing, since no refusal rests on it
    revisions: earlier revisions that are looked at, the oldest and the latest ones
    """

    input_bytes: int = 300_000_000
    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 10
    walk_seconds: float = 8.0
    wall_seconds: float = 15.0
    written_bytes: int = 0
    objects: int = 300_000
    items: int = 5_000_000
    pages: int = 10_000
    depth: int = 100
    findings: int = 100
    decoded_bytes: int = 100_000_000
    text_seconds: float = 5.0
    revisions: int = 3
