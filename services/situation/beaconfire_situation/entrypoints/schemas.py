"""Request and answer shapes of situation's routes."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from beaconfire_platform.web.fields import Moment, Strict


class PictureAsked(BaseModel):
    """The picture of which moment; now when left out."""

    model_config = ConfigDict(extra="forbid")

    at: Moment | None = None


class RecordOut(BaseModel):
    """One record: one thing as one service tells it."""

    kind: str
    id: str
    source: str
    version: int
    data: dict[str, Any]


class PictureOut(BaseModel):
    """All that you may see, at one number of the journal."""

    pos: str
    epoch: str
    business_time: datetime
    hash: str
    records: list[RecordOut]


class TicketIn(Strict):
    """A ticket needs no particulars."""


class TicketOut(BaseModel):
    """A ticket for one websocket; it is shown this once."""

    expires_in_s: int
    ticket: str | None = None
