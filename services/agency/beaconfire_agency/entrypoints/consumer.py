"""What agency listens to: its own facts, so that this process forgets what was revoked."""

from beaconfire_platform.access.revocation import SOURCES, reactions

__all__ = ["SOURCES", "reactions"]
