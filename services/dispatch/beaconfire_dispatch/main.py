"""Dispatch's composition root: what it is made of, wired in one place."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_dispatch.adapters.aid_rows import PgAids, PgNeighbours, keep_body_of
from beaconfire_dispatch.adapters.aid_views import PgAidViews
from beaconfire_dispatch.adapters.aid_watch import AidWatch
from beaconfire_dispatch.adapters.arrivals import RoadArrivals
from beaconfire_dispatch.adapters.automatic_watch import Automatic
from beaconfire_dispatch.adapters.bed_watch import BedWatch
from beaconfire_dispatch.adapters.beds import PgBeds, PgBedViews
from beaconfire_dispatch.adapters.cells import HttpCells
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.adapters.demands import PgDemands, PgPolicies
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.adapters.incidents import HttpIncidents
from beaconfire_dispatch.adapters.instructions import PgInstructions
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.adapters.preview import EnginePreview
from beaconfire_dispatch.adapters.registers import PgRegisters
from beaconfire_dispatch.adapters.road_facts import know_roads
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.rosters import PgRosters, PgRosterViews
from beaconfire_dispatch.adapters.run_cards import KnownCards, PgCardEditions, PgCardViews
from beaconfire_dispatch.adapters.standby_planner import StandbyPlanner
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.adapters.standing import RoadStanding
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.adapters.views import PgViews
from beaconfire_dispatch.adapters.ways import RoadWays
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.application.desk import AidDesk, BedDesk, CardDesk, Desk, RosterDesk
from beaconfire_dispatch.application.follow_station import follow_station
from beaconfire_dispatch.application.ports import Answering
from beaconfire_dispatch.entrypoints.aid_api import aid_answer_routes, aid_routes
from beaconfire_dispatch.entrypoints.card_api import alarm_routes, card_routes, preview_routes
from beaconfire_dispatch.entrypoints.casualty_api import (
    bed_routes,
    casualty_routes,
    destination_routes,
)
from beaconfire_dispatch.entrypoints.consumer import SOURCES, reactions
from beaconfire_dispatch.entrypoints.engine_api import engine_routes
from beaconfire_dispatch.entrypoints.instruction_api import instruction_routes, lifting_routes
from beaconfire_dispatch.entrypoints.ladder_api import ladder_routes
from beaconfire_dispatch.entrypoints.life_api import recall_heard_routes, recall_routes
from beaconfire_dispatch.entrypoints.on_view_api import on_view_routes
from beaconfire_dispatch.entrypoints.order_api import assignment_routes, order_routes
from beaconfire_dispatch.entrypoints.policy_api import exception_routes, policy_routes
from beaconfire_dispatch.entrypoints.register_api import (
    cover_routes,
    hospital_routes,
    station_routes,
    unit_routes,
)
from beaconfire_dispatch.entrypoints.roster_api import duty_routes, roster_routes
from beaconfire_dispatch.entrypoints.standby_api import declining_routes, standby_routes
from beaconfire_dispatch.entrypoints.step_api import step_routes, unit_step_routes
from beaconfire_dispatch.entrypoints.task_api import given_task_routes, receipt_routes, task_routes
from beaconfire_dispatch.entrypoints.week_api import roster_preview_routes, week_routes
from beaconfire_dispatch.settings import DispatchSettings
from beaconfire_platform.database import Tx
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.lease import Lease
from beaconfire_platform.web.joined import joined


async def build(ground: Ground, _settings: DispatchSettings) -> Service:
    """Everything wired; nothing runs yet."""
    roads = Roads(ground.database, ground.http)
    whereabouts = Whereabouts(ground.positions, ground.http)
    lease = Lease(ground.database, "planner", ground.instance)
    planner = Planner(ground.database, ground.clock, roads, whereabouts, lease)
    ground.database.bell.also(planner.wake)
    deadlines = Deadlines(ground.database, ground.clock, planner.wake)
    desk = _desk(ground, RoadWays(roads, whereabouts), planner.wake)
    automatic = Automatic(ground.database, ground.clock, roads, whereabouts, planner.wake)
    untaken = TaskDeadlines(ground.database, ground.clock, new_id)

    known = KnownCards()
    cards = _card_desk(ground, roads, whereabouts, known)
    aid = _aid_desk(ground, roads, whereabouts)
    helpers = AidWatch(ground.database, ground.clock, aid.helping)

    def heard() -> None:
        planner.wake()
        deadlines.look()

    return Service(
        "dispatch",
        _router(ground, desk, cards, aid),
        consumers=[_consumer(ground, heard, cards.answering)],
        loops=[
            planner.plan_forever,
            StandbyPlanner(ground.database, ground.clock, roads, lease).plan_forever,
            whereabouts.listen_forever,
            deadlines.watch_forever,
            automatic.watch_forever,
            untaken.watch_forever,
            helpers.watch_forever,
            BedWatch(ground.database, ground.clock).watch_forever,
        ],
    )


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    del environment  # it has no knobs
    settings = DispatchSettings()
    return await build(ground, settings)


def routes(ground: Ground, _settings: DispatchSettings) -> APIRouter:
    """Its routes alone, for whoever describes them: nothing is loaded, nothing can be asked."""
    roads = Roads(ground.database, ground.http)
    whereabouts = Whereabouts(ground.positions, ground.http)
    desk = _desk(ground, RoadWays(roads, whereabouts), lambda: None)
    cards = _card_desk(ground, roads, whereabouts, KnownCards())
    return _router(ground, desk, cards, _aid_desk(ground, roads, whereabouts))


def _desk(ground: Ground, ways: RoadWays, wake: Callable[[], None]) -> Desk:
    return Desk(
        units=lambda tx: PgUnits(tx.connection),
        assignments=lambda tx: PgAssignments(tx.connection),
        demands=lambda tx: PgDemands(tx.connection),
        tasks=lambda tx: PgTasks(tx.connection),
        policies=lambda tx: PgPolicies(tx.connection),
        registers=lambda tx: PgRegisters(tx.connection),
        instructions=lambda tx: PgInstructions(tx.connection),
        rosters=_rosters,
        deadlines=lambda tx: PgDeadlines(tx.connection),
        standbys=lambda tx: PgStandbys(tx.connection),
        engine_rules=lambda tx: PgEngineRules(tx.connection),
        views=PgViews(ground.database),
        ways=ways,
        incidents=HttpIncidents(ground.http),
        wake=wake,
    )


def _card_desk(
    ground: Ground, roads: Roads, whereabouts: Whereabouts, known: KnownCards
) -> CardDesk:
    return CardDesk(
        editions=lambda tx: PgCardEditions(tx.connection, known),
        answering=_answering(roads, whereabouts, known),
        views=PgCardViews(ground.database, known),
        previews=EnginePreview(ground.database, ground.clock, roads, whereabouts),
        cells=HttpCells(ground.http),
    )


def _aid_desk(ground: Ground, roads: Roads, whereabouts: Whereabouts) -> AidDesk:
    def helping(tx: Tx) -> Helping:
        arrivals = RoadArrivals(tx.connection, roads, whereabouts)
        neighbours = PgNeighbours(tx.connection, arrivals)
        return Helping(PgAids(tx.connection), neighbours, PgDemands(tx.connection), tx, new_id)

    return AidDesk(helping, PgAidViews(ground.database))


def _rosters(tx: Tx) -> PgRosters:
    return PgRosters(tx.connection)


def _roster_desk(ground: Ground, cards: CardDesk) -> RosterDesk:
    return RosterDesk(_rosters, cards.answering, PgRosterViews(ground.database), cards.cells)


def _answering(
    roads: Roads, whereabouts: Whereabouts, known: KnownCards
) -> Callable[[Tx], Answering]:
    last: tuple[Tx, Answering] | None = None

    def answering(tx: Tx) -> Answering:
        """The same for all facts of a transaction: what it read once holds for all of it."""
        nonlocal last
        if last is None or last[0] is not tx:
            last = tx, made(tx)
        return last[1]

    def made(tx: Tx) -> Answering:
        return Answering(
            PgDemands(tx.connection),
            PgAssignments(tx.connection),
            PgTasks(tx.connection),
            PgPolicies(tx.connection),
            tx,
            RoadArrivals(tx.connection, roads, whereabouts),
            PgCardEditions(tx.connection, known),
            new_id,
            PgRosters(tx.connection),
            RoadStanding(lambda: roads.network),
            PgDeadlines(tx.connection),
        )

    return answering


def _consumer(
    ground: Ground, heard: Callable[[], None], answering: Callable[[Tx], Answering]
) -> Consumer:
    async def keep_workers(tx: Tx, fact: Any) -> None:  # either of the facts that carry grants
        await PgTasks(tx.connection).workers(fact.person_id, fact.grants)

    async def keep_roads(tx: Tx, fact: Any) -> None:  # whatever geo tells of roads
        await know_roads(tx.connection, fact)

    async def keep_body(tx: Tx, fact: BodyRegistered) -> None:
        await keep_body_of(tx.connection, fact)

    async def follow(tx: Tx, fact: Any) -> None:  # either of the facts of a map's stations
        await follow_station(fact, registers=PgRegisters(tx.connection), facts=tx, new_id=new_id)

    return Consumer(
        "dispatch",
        log=ground.log,
        database=ground.database,
        sources=SOURCES,
        reactions=reactions(answering, keep_workers, keep_roads, keep_body, follow, ground.clock),
        after_batch=heard,
    )


def _router(ground: Ground, desk: Desk, cards: CardDesk, aid: AidDesk) -> APIRouter:
    edge, clock = ground.edge, ground.clock
    rosters = _roster_desk(ground, cards)
    beds = BedDesk(
        lambda tx: PgBeds(tx.connection), cards.answering, PgBedViews(ground.database).counts
    )
    return joined(
        station_routes(edge, desk),
        hospital_routes(edge, desk),
        unit_routes(edge, desk, clock),
        cover_routes(edge, desk),
        policy_routes(edge, desk, cards.cells),
        exception_routes(edge, desk),
        engine_routes(edge, desk),
        standby_routes(edge, desk, clock),
        declining_routes(edge, desk, clock),
        card_routes(edge, cards, clock),
        preview_routes(edge, desk, cards, clock),
        alarm_routes(edge, desk, cards, clock),
        order_routes(edge, desk, clock),
        instruction_routes(edge, desk, clock),
        lifting_routes(edge, desk, clock),
        assignment_routes(edge, desk),
        step_routes(edge, desk, beds, clock),
        recall_routes(edge, desk, clock),
        recall_heard_routes(edge, desk, clock),
        unit_step_routes(edge, desk, clock),
        on_view_routes(edge, desk, clock),
        task_routes(edge, desk, clock),
        receipt_routes(edge, desk, clock),
        ladder_routes(edge, desk, rosters, clock),
        given_task_routes(edge, desk, rosters, clock),
        roster_routes(edge, desk, rosters, clock),
        casualty_routes(edge, desk, beds, clock),
        bed_routes(edge, beds, clock),
        destination_routes(edge, desk, beds, clock),
        aid_routes(edge, desk, aid, clock),
        aid_answer_routes(edge, desk, aid, clock),
        duty_routes(edge, rosters, clock),
        week_routes(edge, rosters),
        roster_preview_routes(edge, rosters, clock),
    )


def units_over(tx: Tx) -> PgUnits:
    """Units within one transaction, for whoever registers many at once."""
    return PgUnits(tx.connection)


def registers_over(tx: Tx) -> PgRegisters:
    """Stations and hospitals within one transaction, for the same."""
    return PgRegisters(tx.connection)
