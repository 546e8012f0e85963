"""The rows of the table, in its order. One row is one file."""

from bench.rows import channel, disk, make_run, memory, message, start, training

ROWS = (message.ROW, channel.ROW, start.ROW, memory.ROW, training.ROW, disk.ROW, make_run.ROW)
