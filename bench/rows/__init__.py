"""The rows of the table, in its order. One subject is one file."""

from bench.rows import (
    channel,
    desk,
    disk,
    make_run,
    memory,
    message,
    page,
    pdf_chat,
    pdf_check,
    pdf_command,
    pdf_slow,
    pdf_walk,
    start,
    training,
)

ROWS = (
    message.ROW,
    channel.ROW,
    start.ROW,
    memory.ROW,
    training.ROW,
    disk.ROW,
    make_run.ROW,
    page.READY,
    page.WEIGHT,
    page.SHIFT,
    page.FRAME,
    desk.GROWTH,
    desk.TIME,
    pdf_check.ROW,
    pdf_walk.ROW,
    pdf_command.ROW,
    pdf_slow.ROW,
    pdf_chat.ROW,
)
