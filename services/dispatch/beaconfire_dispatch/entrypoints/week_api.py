"""Dispatch's routes for rosters as people read them: a week with gaps, and what would change."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from beaconfire_contracts.refusals import Unavailable
from beaconfire_dispatch.application.desk import AreaName, RosterDesk
from beaconfire_dispatch.domain.roster import Roster, areas_over, is_by_shift
from beaconfire_dispatch.domain.roster_rules import check_rosters
from beaconfire_dispatch.domain.roster_week import (
    RosterGap,
    Shift,
    Week,
    gaps_in,
    lines_changed,
    shifts_in,
    week_from,
)
from beaconfire_dispatch.entrypoints.roster_api import unknown_areas
from beaconfire_dispatch.entrypoints.roster_schemas import RostersIn, duty_out
from beaconfire_dispatch.entrypoints.week_schemas import (
    RosterChangeOut,
    RosterPreviewOut,
    WeekAsked,
    WeekPage,
    gaps_out,
    seconds_of,
    week_out,
)
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute


def week_routes(edge: Edge, rosters: RosterDesk) -> APIRouter:
    """Rosters in a week."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/rosters/week")
    async def get_week(
        call: Annotated[Call, edge.needs("roster.read")], asked: Annotated[WeekAsked, Query()]
    ) -> WeekPage:
        """Who answers for an area and all below it in the week of a day, and when nobody does.

        A gap is an hour in which neither a worker nor a deputy is on duty, of the area itself or
        of any above it. Where none of these rosters names any, whoever was granted is asked.
        """
        edge.permit(call, Resource(path=asked.area))
        after, limit = asked.cursor or "", asked.limit
        page = list(await rosters.views.below(asked.area, after=after, limit=limit + 1))
        shown = page[:limit]
        names, grid_known = await _names(rosters, shown)
        weeks = await _Weeks.of(rosters, shown, asked.day)
        return WeekPage(
            items=[
                week_out(one, *weeks.of_area(one), name=names.get(one.area), grid_known=grid_known)
                for one in shown
            ],
            next=shown[-1].area if len(page) > limit else None,
        )

    return router


def roster_preview_routes(edge: Edge, rosters: RosterDesk, clock: Clock) -> APIRouter:
    """Rosters, looked at before they are set."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.post("/v1/rosters/preview")
    async def post_preview(
        call: Annotated[Call, edge.needs("roster.write")], body: RostersIn
    ) -> RosterPreviewOut:
        """What setting these rosters would change, or all that is wrong with them."""
        for one in body.rosters:
            edge.permit(call, Resource(path=one.area))
        asked = [one.of() for one in body.rosters]
        areas = [one.area for one in asked]
        people = {duty.person_id for one in asked for duty in one.duties} - {None}
        workers = await rosters.views.still_workers(sorted(one for one in people if one))
        unknown = await unknown_areas(rosters, areas)
        check_rosters(asked, workers, rosters.views.is_zone, unknown)
        names, _ = await _names(rosters, asked)
        before = {one.area: one for one in await rosters.views.over(areas)}
        today = clock.now().date()
        weeks = await _Weeks.of(rosters, asked, today - timedelta(days=today.weekday()))
        return RosterPreviewOut(
            items=[
                _change(one, before.get(one.area), names.get(one.area), weeks.of_area(one)[2])
                for one in asked
            ]
        )

    return router


class _Weeks:
    """A week of some rosters, each beside those of all areas above it."""

    def __init__(self, rosters: RosterDesk, above: Mapping[str, Roster], monday: date) -> None:
        self._zone = rosters.views.zone
        self._above = above
        self._monday = monday

    @classmethod
    async def of(cls, rosters: RosterDesk, shown: Sequence[Roster], monday: date) -> "_Weeks":
        """Those that are shown stand for themselves, whatever is in force."""
        over = {parent for one in shown for parent in areas_over(one.area)}
        found = {one.area: one for one in await rosters.views.over(sorted(over))}
        return cls(rosters, found | {one.area: one for one in shown}, monday)

    def of_area(self, roster: Roster) -> tuple[Week, tuple[Shift, ...], tuple[RosterGap, ...]]:
        """Its week, its own shifts, and the hours without anybody to go there."""
        week = week_from(self._monday, self._zone(roster.zone))
        chain = [self._above[area] for area in areas_over(roster.area) if area in self._above]
        counted = [shift for one in chain for shift in self._shifts(one, week)]
        gaps = gaps_in(counted, week) if is_by_shift(chain) else ()
        return week, self._shifts(roster, week), gaps

    def _shifts(self, roster: Roster, week: Week) -> tuple[Shift, ...]:
        return shifts_in(roster, self._monday, self._zone(roster.zone), week)


async def _names(
    rosters: RosterDesk, shown: Sequence[Roster]
) -> tuple[Mapping[str, AreaName], bool]:
    """What areas are called; nothing, and false, while geo does not answer."""
    if not shown:
        return {}, True
    try:
        return await rosters.cells.named([one.area for one in shown]), True
    except Unavailable:
        return {}, False


def _change(
    asked: Roster, before: Roster | None, name: AreaName | None, gaps: tuple[RosterGap, ...]
) -> RosterChangeOut:
    added, removed = lines_changed(() if before is None else before.duties, asked.duties)
    is_same = not added and not removed and (before is None or before.zone == asked.zone)
    return RosterChangeOut(
        area=asked.area,
        level=None if name is None else name.level,
        name_zh=None if name is None else name.name_zh,
        name_en=None if name is None else name.name_en,
        version=0 if before is None else before.version,
        change=_sort(asked, before, is_same=is_same),
        added=[duty_out(one) for one in added],
        removed=[duty_out(one) for one in removed],
        gaps=gaps_out(gaps),
        gaps_s=seconds_of(gaps),
    )


def _sort(asked: Roster, before: Roster | None, *, is_same: bool) -> str:
    if is_same:
        return "same"
    if before is None:
        return "new"
    return "changed" if asked.duties else "emptied"
