"""What a deployment may set for dispatch, by environment `BEACONFIRE_DISPATCH_*`: nothing yet.

How each priority is answered is data (`PUT /v1/policies`), and so are first alarms.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """No knobs: what could be one is a policy that people change while it runs."""
