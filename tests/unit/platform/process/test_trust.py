"""What speaks TLS is asked who it is; what does not costs no reading of authorities."""

import ssl

from beaconfire_platform.process.trust import trust_for


def test_all_known_authorities_are_read_for_tls_alone() -> None:
    plain = trust_for("http://127.0.0.1:8040")

    assert trust_for("https://city.example") is True
    assert trust_for("HTTPS://city.example") is True
    assert isinstance(plain, ssl.SSLContext)


def test_a_server_of_tls_that_nobody_spoke_of_is_not_believed() -> None:
    plain = trust_for("http://city.example")

    assert isinstance(plain, ssl.SSLContext)
    assert plain.verify_mode is ssl.CERT_REQUIRED
    assert plain.get_ca_certs() == []
