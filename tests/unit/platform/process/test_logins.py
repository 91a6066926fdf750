"""A service is itself in the database, and nobody else."""

from beaconfire_platform.process.logins import Login, role_of


def test_each_service_has_a_role_of_its_own() -> None:
    assert role_of("incident") == "beaconfire_incident" != role_of("geo")


def test_a_login_is_the_service_itself_unless_it_takes_a_role() -> None:
    assert Login("postgresql://someone@host/db").role is None
