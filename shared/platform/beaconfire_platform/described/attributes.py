"""What stands in the headers of a record: CloudEvents 1.0, binary mode, and our extensions.

All are text, as Kafka's headers are; the names are those of the CloudEvents binding, `ce_` before
each attribute. None of them carries a person's name, a number or words somebody said.
"""

from typing import Any, Final

from beaconfire_contracts.vocabulary import Sensitivity

_TEXT: Final = {"type": "string", "minLength": 1}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_COUNT: Final = {"type": "string", "pattern": "^[1-9][0-9]*$"}
REQUIRED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "ce_specversion": ({"const": "1.0"}, "The version of CloudEvents."),
    "ce_id": (_TEXT, "The fact's own id, a UUIDv7; with ce_source it is unique for ever."),
    "ce_source": ({**_TEXT, "format": "uri-reference"}, "The service that told it."),
    "ce_type": (_TEXT, "What it is, with its major version; unknown ones are to be ignored."),
    "ce_subject": (_TEXT, "The key of its stream, as the record's key; order holds within it."),
    "ce_time": (_MOMENT, "When it was told, by the clock of the database."),
    "ce_keyversion": (_COUNT, "Its number within its stream, from 1 without a gap."),
    "ce_correlationid": (_TEXT, "What all that followed from one request has in common."),
    "ce_actor": (_TEXT, "Who did it: an opaque id of a person or a service."),
    "ce_sensitivity": ({"enum": [one.value for one in Sensitivity]}, "How far it may travel."),
    "content-type": ({"const": "application/json"}, "What the value is."),
}
OPTIONAL: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "ce_causationid": (_TEXT, "The fact that this one followed."),
    "ce_seat": (_TEXT, "From which seat it was done."),
    "ce_onbehalfof": (_TEXT, "For whom it was done."),
    "ce_occurredat": (_MOMENT, "When it happened, where that was told later."),
    "ce_owner": (_TEXT, "The body that answers for the file."),
    "ce_division": (_TEXT, "The path of the division where it is."),
    "ce_exerciseid": (_TEXT, "The exercise that it belongs to: nothing real happened."),
}
OUTSIDE: Final = (
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_subject",
    "ce_time",
    "ce_keyversion",
    "content-type",
)
"""All that stands in the headers of an event for a body outside: nobody's doing, nobody's seat."""


def headers_schema() -> dict[str, Any]:
    """The headers of a record that carries a fact."""
    return _schema("FactHeaders", REQUIRED | OPTIONAL, required=list(REQUIRED))


def shared_headers_schema() -> dict[str, Any]:
    """The headers of a record for a body outside; there are no others."""
    told = {name: REQUIRED[name] for name in OUTSIDE}
    return _schema("SharedHeaders", told, required=list(told))


def _schema(
    title: str, told: dict[str, tuple[dict[str, Any], str]], *, required: list[str]
) -> dict[str, Any]:
    return {
        "title": title,
        "description": "CloudEvents 1.0 in binary mode; an absent attribute is an absent header.",
        "type": "object",
        "properties": {
            name: {**schema, "description": said} for name, (schema, said) in told.items()
        },
        "required": required,
    }
