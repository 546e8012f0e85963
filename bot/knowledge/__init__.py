"""Articles: what they are, where they are stored, how they are found, how they come in."""
