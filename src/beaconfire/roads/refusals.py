"""Why a road file is not taken: a stable code, and where in the file."""

from typing import Final

FILE_BYTES_MAX: Final = 2**30
"""A province's extract; a country's is cut to one's region first: its graph is too large."""
TEXT_BYTES_MAX: Final = 8 * 2**30
"""What an archive may unpack to: XML has some ten times the bytes of its zip."""


class RoadsRefused(Exception):  # noqa: N818  (an answer, not an accident)
    """The file is not taken; `code` is stable, the text says why and where."""

    def __init__(self, code: str, said: str) -> None:
        """`said` names the row, the way or the limit."""
        super().__init__(said)
        self.code = code


def too_large(what: str, limit: str) -> RoadsRefused:
    """More than may be taken; it says how much that is."""
    return RoadsRefused("roads_too_large", f"{what}: at most {limit}; cut a smaller region")
