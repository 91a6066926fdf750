"""Makes the passwords of the databases once: each service gets its own, PostgreSQL only verifiers.

Beside it lies one for Kafka, for each service and for the operator who makes the topics; it counts
where the brokers ask for it.

Run as a one-shot before PostgreSQL starts, with the folder that all of them share; each is shown
its own part of it. What is there already stays, so that a second run changes nothing.
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
from pathlib import Path

SERVICES = ("agency", "incident", "geo", "dispatch", "situation")
OPERATOR = "operator"
"""Who may do everything on Kafka, and is no user of any database."""
PASSWORD_BYTES = 24
SALT_BYTES = 16
ROUNDS = 4096
"""PostgreSQL's own; the passwords are random, so more would only slow each connection down."""


def verifier(password: str, salt: bytes, rounds: int = ROUNDS) -> str:
    """What PostgreSQL keeps of a password for SCRAM-SHA-256 (RFC 5803)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    texts = [base64.b64encode(one).decode() for one in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{texts[0]}${texts[1]}:{texts[2]}"


def make(folder: Path) -> None:
    """The service's own first and last what says that it is done: a broken run begins again."""
    server = folder / "postgres"
    server.mkdir(mode=0o755, parents=True, exist_ok=True)
    for service in SERVICES:
        if (server / f"{service}.verifier").exists():
            continue
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        own = folder / service
        own.mkdir(mode=0o700, exist_ok=True)
        # for its owner alone, as every client of PostgreSQL wants a file of passwords
        _write(own / "pgpass", f"*:*:*:{service}:{password}\n", 0o600)
        kept = verifier(password, secrets.token_bytes(SALT_BYTES))
        _write(server / f"{service}.verifier", kept, 0o644)
    if not (server / "superuser").exists():
        _write(server / "superuser", secrets.token_urlsafe(PASSWORD_BYTES), 0o644)
    for user in (*SERVICES, OPERATOR):
        own = folder / user
        own.mkdir(mode=0o700, exist_ok=True)
        if not (own / "kafka").exists():
            _write(own / "kafka", secrets.token_urlsafe(PASSWORD_BYTES), 0o600)


def _write(path: Path, text: str, mode: int) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(mode)  # whatever the umask takes away
    draft.rename(path)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
