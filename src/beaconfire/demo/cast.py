"""The people and machines of the demo: who they are, what they may do, where they sit."""

from dataclasses import dataclass
from typing import Final

from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind


@dataclass(frozen=True, slots=True)
class DemoBody:
    """An organisation of the demo."""

    code: str
    kind: BodyKind
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who signs in at a desk; their password is made with the city and told once."""

    sign_in: str
    role: Role
    name_zh: str
    name_en: str


CENTRE: Final = DemoBody("centre", BodyKind.CENTRE, "奥克兰应急指挥中心", "Auckland centre")
BODIES: Final = (
    CENTRE,
    DemoBody("ambulance", BodyKind.AMBULANCE, "奥克兰急救", "Auckland Ambulance"),
    DemoBody("fire", BodyKind.FIRE, "奥克兰消防", "Auckland Fire"),
    DemoBody("police", BodyKind.POLICE, "奥克兰警务", "Auckland Police"),
    DemoBody("community", BodyKind.COMMUNITY, "社区网格中心", "Community grid"),
)
DESKS: Final = (
    DemoPerson("dana", Role.DISPATCHER, "调度员 丹娜", "Dana, dispatcher"),
    DemoPerson("ben", Role.DISPATCHER, "调度员 本", "Ben, dispatcher"),
    DemoPerson("tama", Role.CALL_TAKER, "接警员 塔玛", "Tama, call taker"),
    DemoPerson("lena", Role.SHIFT_LEADER, "值班长 莉娜", "Lena, shift leader"),
)
SEATS: Final = (
    ("D1", SeatKind.DISPATCHING),
    ("D2", SeatKind.DISPATCHING),
    ("C1", SeatKind.CALL_TAKING),
    ("L1", SeatKind.LEADING),
)
CALLERS: Final = DemoPerson("sim.callers", Role.CALL_TAKER, "模拟来电", "Simulated callers")
DESK: Final = DemoPerson("sim.desk", Role.SHIFT_LEADER, "模拟调度台", "Simulated dispatcher")
