"""What asking for aid needs is handed over as one, bound to one transaction."""

from dataclasses import fields

from beaconfire_dispatch.application.aid_ports import Helping


def test_it_is_five_things() -> None:
    assert [one.name for one in fields(Helping)] == [
        "aids", "neighbours", "demands", "facts", "new_id",
    ]  # fmt: skip
