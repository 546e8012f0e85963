"""The help desk: what it knows, understands, checks and serves."""
