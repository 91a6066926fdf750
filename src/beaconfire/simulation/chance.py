"""Chance that repeats: the same name always draws the same numbers, whoever asks and when."""

import hashlib
import math


def draw(*names: str) -> float:
    """A number in [0, 1) fixed by the names."""
    digest = hashlib.blake2b("/".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def exponential_s(mean_s: float, *names: str, least_s: float, most_s: float) -> float:
    """An exponential duration of a mean, kept within limits so that no crew stays for days."""
    return min(most_s, max(least_s, -mean_s * math.log(1.0 - draw(*names))))
