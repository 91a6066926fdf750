"""Dispatch's routes for run cards: what is in force, what comes next, what would be sent now."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_contracts.ids import BodyId, IncidentId, ResponseId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid, NotFound, Unavailable
from beaconfire_dispatch.application import issue_run_cards, strike_alarm
from beaconfire_dispatch.application.desk import CardDesk, CellsAt, Desk
from beaconfire_dispatch.domain.casualties import with_casualties
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy, choose
from beaconfire_dispatch.domain.run_card import NOTHING, RunCard, RunCards
from beaconfire_dispatch.entrypoints.admitting import admitted_demand, demand_resource
from beaconfire_dispatch.entrypoints.card_schemas import (
    AlarmIn,
    AlarmOut,
    CardNamedOut,
    LineOut,
    PreviewAsked,
    PreviewOut,
    RunCardIn,
    RunCardOut,
    RunCardsAsked,
    RunCardsIn,
    RunCardsOut,
)
from beaconfire_dispatch.entrypoints.shapes import recommendation_out
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


class BodyMissing(Invalid):
    """You act for several bodies: say whose cards."""


class SupposedIncidentMissing(Invalid):
    """A preview is of an incident, or of a type at a longitude and a latitude."""


def card_routes(edge: Edge, desk: CardDesk, clock: Clock) -> APIRouter:
    """Run cards by body and version."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/run-cards")
    async def get_run_cards(
        call: Annotated[Call, edge.needs("run-card.read")], asked: Annotated[RunCardsAsked, Query()]
    ) -> RunCardsOut:
        """A body's cards in force, or in an older version."""
        edge.permit(call, NOWHERE)
        found, newest = await desk.views.cards(BodyId(asked.body), asked.version)
        if found is None:
            raise NotFound
        return _cards_out(asked.body, found, newest)

    @router.put("/v1/run-cards", response_model=RunCardsOut)
    async def put_run_cards(
        call: Annotated[Call, edge.needs("run-card.write")], body: RunCardsIn
    ) -> Response:
        """Issue a body's cards as its next version, all of them or none."""
        command = issue_run_cards.IssueRunCards(
            BodyId(body.body),
            body.replaces,
            tuple(_card(one) for one in body.cards),
            call.subject.id,
        )
        resource = Resource(owner=body.body)
        edge.permit(call, resource)
        known = await desk.views.capabilities()
        unknown_areas = await _unknown_areas(desk, command)

        async def run(tx: Tx) -> Answer:
            issued = await issue_run_cards.issue_run_cards(
                command,
                editions=desk.editions(tx),
                known=known,
                unknown_areas=unknown_areas,
                now=clock.now(),
            )
            shown = _cards_out(body.body, issued, issued.version)
            return Answer(200, shown, f"run-cards/{body.body}/{issued.version}")

        keys = issue_run_cards.keys(command)
        return await edge.command(call, run, keys=keys, resource=resource)

    return router


def preview_routes(edge: Edge, desk: Desk, cards: CardDesk, clock: Clock) -> APIRouter:
    """What the cards in force would send now."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/run-cards/preview")
    async def get_preview(
        call: Annotated[Call, edge.needs("recommendation.preview")],
        asked: Annotated[PreviewAsked, Query()],
    ) -> PreviewOut:
        """What an alarm level would ask for and who would go; nothing is kept, nobody is sent."""
        if asked.incident_id is not None:
            known = await admitted_demand(edge, desk, call, asked.incident_id)
        else:
            known = await _supposed(call, cards, asked)
            edge.permit(call, demand_resource(known))
        in_force = await cards.views.cards_of(known.owner)
        card = in_force.choose_in(known.type, known.card_areas)
        exhausted = card is not NOTHING and asked.level > max(card.levels, 1)
        policy = await _policy(desk, known)
        now = clock.now()
        demand = replace(
            known,
            opened_at=known.opened_at or now,
            response_id=known.response_id or ResponseId(new_id()),
            target_at=known.target_at or now + timedelta(seconds=policy.target_s),
            needs=() if exhausted else with_casualties(card.at(asked.level), known.casualties),
            alarm_level=asked.level,
            answered=False,
        )
        advice = None if exhausted or demand.point is None else await cards.previews.of(demand)
        return PreviewOut(
            card=_named(in_force, card),
            level=asked.level,
            exhausted=exhausted,
            area=demand.whereabouts,
            would=recommendation_out(demand, advice, now),
        )

    return router


def alarm_routes(edge: Edge, desk: Desk, cards: CardDesk, clock: Clock) -> APIRouter:
    """Alarms of an incident."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/incidents/{incident_id}/alarm", response_model=AlarmOut)
    async def post_alarm(
        call: Annotated[Call, edge.needs("alarm.strike")], incident_id: Id, body: AlarmIn
    ) -> Response:
        """Strike an alarm: the incident asks for all that its card has at this level."""
        known = await admitted_demand(edge, desk, call, incident_id)
        command = strike_alarm.StrikeAlarm(known.incident_id, body.level)

        async def run(tx: Tx) -> Answer:
            answering = cards.answering(tx)
            demand = await answering.demands.get(known.incident_id) or known
            struck = await strike_alarm.strike_alarm(
                command, demand, answering=answering, now=clock.now()
            )
            return Answer(200, _alarm_out(struck))

        answer = await edge.command(
            call,
            run,
            keys=strike_alarm.keys(command),
            resource=demand_resource(known),
            object_id=incident_id,
        )
        desk.wake()
        return answer

    return router


async def _unknown_areas(
    desk: CardDesk, command: issue_run_cards.IssueRunCards
) -> AbstractSet[str]:
    """Areas that are neither the grid's nor response areas; while geo is away those in force are
    believed.
    """
    areas = {one.area for one in command.cards if one.area is not None}
    if not areas:
        return areas
    try:
        return await desk.cells.unknown(areas)
    except Unavailable:
        in_force = await desk.views.cards_of(command.body)
        if areas <= {one.area for one in in_force.by_key.values()}:
            return frozenset()
        raise


async def _policy(desk: Desk, known: Demand) -> Policy:
    of_priority = [one for one in await desk.views.policies() if one.priority == known.urgency]
    return choose(of_priority, known.type, known.whereabouts)


async def _supposed(call: Call, cards: CardDesk, asked: PreviewAsked) -> Demand:
    """An incident that nobody reported, where and of the kind that is asked about, as if the body
    had received it.
    """
    if asked.type is None or asked.lon is None or asked.lat is None:
        raise SupposedIncidentMissing(pointer="/type" if asked.type is None else "/lon")
    bodies = call.subject.bodies
    if asked.body is None and len(bodies) != 1:
        raise BodyMissing(pointer="/body")
    point = Point(asked.lon, asked.lat)
    owner = asked.body or bodies[0]
    cells = CellsAt(asked.area, (), is_inside=True)
    if asked.area is None:
        cells = await cards.cells.at(point)
    return Demand(
        IncidentId(new_id()),
        type=asked.type,
        priority=asked.priority,
        point=point,
        path=cells.path if cells.is_inside else None,
        division=await cards.views.division_of(owner),
        owner=owner,
        also_in=cells.also_in,
        response_areas=cells.response_areas,
    )


def _card(one: RunCardIn) -> RunCard:
    steps = tuple(
        tuple(Need(line.capability, line.count, line.alternatives, line.group) for line in step)
        for step in one.steps
    )
    return RunCard(one.type, steps, one.area, one.stand_off_m, one.verify)


def _cards_out(body: str, cards: RunCards, newest: int) -> RunCardsOut:
    return RunCardsOut(
        body=body,
        version=cards.version,
        newest=newest,
        items=[
            RunCardOut(
                area=one.area,
                type=one.type,
                steps=[[_line_out(need) for need in step] for step in one.steps],
                stand_off_m=one.stand_off_m,
                verify=one.verify,
            )
            for one in cards.by_key.values()
        ],
        still_carried=list(cards.still_behind()),
    )


def _line_out(need: Need) -> LineOut:
    return LineOut(
        capability=need.capability,
        count=need.count,
        alternatives=list(need.alternatives),
        group=need.group,
    )


def _named(cards: RunCards, card: RunCard) -> CardNamedOut | None:
    named = cards.named(card)
    if named is None:
        return None
    return CardNamedOut(
        body=named.body,
        version=named.version,
        area=named.area,
        type=named.type,
        levels=card.levels,
    )


def _alarm_out(demand: Demand) -> AlarmOut:
    return AlarmOut(
        incident_id=demand.incident_id,
        alarm_level=demand.alarm_level,
        needs=[_line_out(one) for one in demand.needs],
    )
