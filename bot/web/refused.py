"""The one error for what a filer sent and cannot be taken."""


class RefusedError(ValueError):
    """A message that is not taken; ``status`` is for HTTP, the text for the filer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
