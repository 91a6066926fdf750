"""A refusal has a code for machines and says its limit to people."""

from beaconfire.roads.refusals import too_large


def test_too_large_says_how_much_may_be() -> None:
    refused = too_large("ways", "2,000,000")

    assert refused.code == "roads_too_large"
    assert str(refused) == "ways: at most 2,000,000; cut a smaller region"
