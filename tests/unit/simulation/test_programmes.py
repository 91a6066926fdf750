"""What can be played: the opening is the first two scenes, in their order."""

from beaconfire.simulation.one_fire import one_fire
from beaconfire.simulation.programmes import SCENES, Programme
from beaconfire.simulation.silent_call import silent_call


def test_each_programme_has_its_scenes_and_the_opening_the_first_two() -> None:
    assert SCENES.keys() == set(Programme)
    assert SCENES[Programme.OPENING] == (silent_call, one_fire)
