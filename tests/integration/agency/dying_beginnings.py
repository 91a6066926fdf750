"""A process that goes on with beginnings until it is killed: `python dying_beginnings.py DSN KIND`.

`PositionFirst` is the planted fault: it writes down that a page was told before it tells it.
"""

import asyncio
import sys
from typing import Final

from beaconfire_agency.adapters.beginnings import Beginnings, next_page
from beaconfire_agency.adapters.sharing_rows import PgSharing
from beaconfire_agency.application import show_what_stands
from beaconfire_agency.application.ports import MaySee
from beaconfire_agency.entrypoints.consumer import may_see
from beaconfire_contracts.envelope import Cause
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell

CAUSE: Final = Cause(actor="test", correlation_id="")


class PositionFirst(Beginnings):
    """Two transactions for what is one."""

    async def step(self) -> bool:
        async with self._database.reading() as connection:
            page = await next_page(connection)
        if page is None:
            return False
        # back to where it was, only so that the use case moves it again with what it tells
        back = "update subscription set told_up_to = $2 where id = $1"
        async with self._database.transaction(cause=CAUSE) as tx:
            await PgSharing(tx.connection).go_on(page.subscription_id, page.after, page.to)
        keys = show_what_stands.keys(page)
        async with self._database.transaction(*keys, cause=CAUSE) as tx:
            await tx.connection.execute(back, page.subscription_id, page.after)
            await show_what_stands.show_what_stands(
                page, sharing=PgSharing(tx.connection), may_see=self._may_see
            )
        return True


KINDS: Final = {one.__name__: one for one in (Beginnings, PositionFirst)}


async def main(dsn: str, kind: str, rule: MaySee = may_see) -> None:
    """Go on for ever."""
    database = await Database.connect("agency", dsn, bell=Doorbell(), connections=2)
    await KINDS[kind](database, rule).watch_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
