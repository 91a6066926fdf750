"""Who asks, and what bounds their lists."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import NOWHERE, Reach, Resource, Subject


def test_a_person_of_several_bodies_names_each_once_in_a_stable_order() -> None:
    grants = tuple(Grant(role, BodyId(body), "akl") for role in Role for body in ("b", "a"))

    subject = Subject("ana", grants)

    assert subject.bodies == ("a", "b")
    assert subject.roles() == frozenset(Role)


def test_nowhere_is_nobodys() -> None:
    assert Resource() == NOWHERE
    assert (NOWHERE.path, NOWHERE.owner, NOWHERE.participants) == (None, None, frozenset())


@given(st.text(alphabet="ab_%\\.", min_size=1, max_size=8))
def test_a_path_is_a_pattern_of_itself_only(path: str) -> None:
    [pattern] = Reach(paths=(path,)).under

    unescaped = pattern.replace("\\\\", "\0").replace("\\%", "%").replace("\\_", "_")
    assert unescaped.replace("\0", "\\") == f"{path}.%"
