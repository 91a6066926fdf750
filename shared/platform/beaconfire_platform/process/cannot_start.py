"""Why something cannot start: one line for people, which says how to mend it."""


class CannotStart(Exception):  # noqa: N818  (one line for people: what is wrong and how to mend it)
    """It cannot start; the message says what is wrong and how to mend it."""
