"""argon2id beside the event loop: two at a time, equally slow for accounts that do not exist."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB: Final = 65_536
TIME_COST: Final = 3
PARALLELISM: Final = 4
AT_ONCE: Final = 2
"""Two hashes take 128 MiB: sign-ins must not eat the memory of the rest (R50)."""


class ArgonPasswords:
    """Hashes and verifies in its own two threads; the library frees the interpreter meanwhile."""

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        time_cost: int = TIME_COST,
        parallelism: int = PARALLELISM,
    ) -> None:
        """Parameters as R50 wants them; a test may take cheaper ones."""
        self._costs = (time_cost, memory_kib, parallelism)
        self._hasher = PasswordHasher(*self._costs)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """The salted hash of a password, with its parameters."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; as slow for an account that does not exist."""
        loop = asyncio.get_running_loop()
        nobodys = await loop.run_in_executor(self._threads, _hash_of_nobody, *self._costs)
        kept = password_hash or nobodys
        right = await loop.run_in_executor(self._threads, self._is_right, kept, password)
        return right and password_hash is not None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_right(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


@functools.cache
def _hash_of_nobody(time_cost: int, memory_kib: int, parallelism: int) -> str:
    """What an account that does not exist is held against: made by the first who asks for any."""
    return PasswordHasher(time_cost, memory_kib, parallelism).hash("the password of nobody")
