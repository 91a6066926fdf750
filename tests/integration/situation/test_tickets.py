"""A ticket is taken once, within thirty seconds, and is kept as a hash only."""

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.vocabulary import Role
from beaconfire_situation.adapters.tickets import Tickets, add_ticket, new_ticket
from beaconfire_testkit.service import ServiceUnderTest, a_subject

CAUSE = Cause(actor="test", correlation_id="test")


async def kept(situation: ServiceUnderTest) -> str:
    ticket = new_ticket()
    async with situation.ground.database.transaction(cause=CAUSE) as tx:
        await add_ticket(tx.connection, ticket, a_subject(Role.VIEWER, person_id="ana"))
    return ticket


async def test_it_is_taken_once(situation: ServiceUnderTest) -> None:
    ticket = await kept(situation)
    tickets = Tickets(situation.ground.database)

    first, second = await tickets.take(ticket), await tickets.take(ticket)

    assert first is not None
    assert (first.id, second) == ("ana", None)


async def test_an_old_one_opens_nothing(situation: ServiceUnderTest) -> None:
    ticket = await kept(situation)
    database = situation.ground.database
    await database.pool.execute("update ticket set expires_at = clock_timestamp() - interval '1s'")

    assert await Tickets(database).take(ticket) is None


async def test_the_table_does_not_hold_what_opens(situation: ServiceUnderTest) -> None:
    ticket = await kept(situation)

    rows = await situation.ground.database.pool.fetch("select hash from ticket")

    assert ticket.encode() not in bytes(rows[0]["hash"])


def test_a_ticket_is_a_subprotocols_name_and_hard_to_guess() -> None:
    tickets = {new_ticket() for _ in range(100)}

    assert len(tickets) == 100
    assert all(
        len(one) >= 32 and one.replace("-", "").replace("_", "").isalnum() for one in tickets
    )
