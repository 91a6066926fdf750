"""Subscriptions and deliveries over HTTP: who is told outside, and what each was told."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from beaconfire_agency.application import end_subscription, make_subscription
from beaconfire_agency.application.queries import Deliveries
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_agency.entrypoints.reached import BeyondYourReach, TablesOf, body_reached
from beaconfire_agency.entrypoints.sharing_schemas import (
    DeliveryOut,
    DeliveryPage,
    SubscriptionIn,
    SubscriptionOut,
    SubscriptionPage,
)
from beaconfire_agency.entrypoints.views import Cursor, Limit, resource_of
from beaconfire_contracts.ids import BodyId, SubscriptionId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.access.allow import allow, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

DeliveryCursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,18}\.[0-9]{1,18}$")]


def subscription_routes(edge: Edge, deliveries: Deliveries, tables_of: TablesOf) -> APIRouter:
    """Who is told outside."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/subscriptions")
    async def list_subscriptions(
        call: Annotated[Call, edge.needs("subscription.read")],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> SubscriptionPage:
        """Subscriptions of bodies within reach, ended ones too."""
        found = await deliveries.subscriptions(
            bounds(reach(call.subject, call.action)), after=cursor, limit=limit
        )
        following = found[-1].id if len(found) == limit else None
        return SubscriptionPage(items=[subscription_out(one) for one in found], next=following)

    @router.post(
        "/v1/subscriptions",
        status_code=201,
        response_model=SubscriptionOut,
        responses={200: {"model": SubscriptionOut, "description": "It was there already."}},
    )
    async def post_subscription(
        call: Annotated[Call, edge.needs("subscription.write")], body: SubscriptionIn
    ) -> Response:
        """Tell a body on a topic of its own what it may see; the same again answers 200."""
        if body.reach is not None:
            _reaches(call, body.reach)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            home = await tables.bodies.get(BodyId(body.body))
            made = Subscription(
                SubscriptionId(new_id()),
                BodyId(body.body),
                "" if home is None else home.code,
                body.reach,
                await tables.moments.now(),
            )
            kept = await make_subscription.make_subscription(
                make_subscription.MakeSubscription(made),
                bodies=tables.bodies,
                subscriptions=tables.subscriptions,
                facts=tx,
            )
            return Answer(201 if kept is made else 200, subscription_out(kept), kept.id)

        return await edge.command(
            call,
            run,
            keys=make_subscription.keys(BodyId(body.body)),
            resource=body_reached(tables_of, body.body),
        )

    return router


def ending_routes(edge: Edge, tables_of: TablesOf) -> APIRouter:
    """Subscriptions that end."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/subscriptions/{subscription_id}/end", response_model=SubscriptionOut)
    async def post_end(
        call: Annotated[Call, edge.needs("subscription.write")], subscription_id: Id
    ) -> Response:
        """Tell the body nothing more; one that is over already stays as it is."""
        command = end_subscription.EndSubscription(SubscriptionId(subscription_id))

        async def resource(tx: Tx) -> Resource:
            tables = tables_of(tx)
            known = await tables.subscriptions.get(command.subscription_id)
            home = None if known is None else await tables.bodies.get(known.body)
            if home is None:
                raise NotFound
            return resource_of(home)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            ended = await end_subscription.end_subscription(
                command,
                subscriptions=tables.subscriptions,
                facts=tx,
                now=await tables.moments.now(),
            )
            return Answer(200, subscription_out(ended), ended.id)

        return await edge.command(
            call,
            run,
            keys=end_subscription.keys(command),
            resource=resource,
            object_id=subscription_id,
        )

    return router


def delivery_routes(edge: Edge, deliveries: Deliveries) -> APIRouter:
    """What was told outside, for who cannot or will not read a topic."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/deliveries")
    async def list_deliveries(
        call: Annotated[Call, edge.needs("delivery.read")],
        cursor: DeliveryCursor = None,
        limit: Limit = 100,
    ) -> DeliveryPage:
        """What the caller's own body was told, oldest first; `next` goes on from there, also later.

        The same events as on its topic, kept as long.
        """
        txid, row = (int(part) for part in (cursor or "0.0").split("."))
        found = await deliveries.page(
            bounds(reach(call.subject, call.action)), after=(txid, row), limit=limit
        )
        following = "{}.{}".format(*found[-1].cursor) if found else cursor
        items = [
            DeliveryOut(
                id=one.id,
                agency=one.code,
                type=one.type,
                subject=one.subject,
                key_version=one.key_version,
                time=one.time,
                data=msgspec.json.decode(one.data),
            )
            for one in found
        ]
        return DeliveryPage(items=items, next=following)

    return router


def subscription_out(subscription: Subscription) -> SubscriptionOut:
    """A subscription as shown."""
    return SubscriptionOut.model_validate(subscription, from_attributes=True)


def _reaches(call: Call, stretch: str) -> None:
    """BeyondYourReach for a place that whoever asks does not reach themselves."""
    if not allow(call.subject, call.action, Resource(path=stretch)).allowed:
        raise BeyondYourReach(pointer="/reach")
