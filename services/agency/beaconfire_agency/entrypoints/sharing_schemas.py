"""Subscriptions and deliveries as they are asked for and shown."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from beaconfire_agency.entrypoints.schemas import Division
from beaconfire_platform.web.fields import Id, Strict


class SubscriptionIn(Strict):
    """A body to be told what it owns or takes part in, and what lies under `reach`, if any."""

    body: Id
    reach: Division | None = None


class SubscriptionOut(BaseModel):
    """A body that is told, or was."""

    id: str
    body: str
    code: str
    reach: str | None
    made_at: datetime
    ended_at: datetime | None


class SubscriptionPage(BaseModel):
    """A page of subscriptions."""

    items: list[SubscriptionOut]
    next: str | None


class DeliveryOut(BaseModel):
    """An event that a body was told; with `agency` its `id` is unique for ever."""

    id: str
    agency: str
    type: str
    subject: str
    key_version: int
    time: datetime
    data: dict[str, Any]


class DeliveryPage(BaseModel):
    """A page of deliveries; `next` is where to go on, also when nothing more is there yet."""

    items: list[DeliveryOut]
    next: str | None
