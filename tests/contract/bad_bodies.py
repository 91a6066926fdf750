"""Bodies that no service may take, as tables: what is sent, and which refusal is right.

The letters and numbers are those of the catalogue of bad input. Bytes are bodies as they go over
the wire; everything else is sent as JSON.
"""

from typing import Any, Final, NamedTuple

NOWHERE: Final = "00000000-0000-4000-8000-000000000000"
OVER_A_MEGABYTE: Final = b'{"channel":"phone","text":"' + b"x" * 2_000_000 + b'"}'


class Bad(NamedTuple):
    """One thing sent by somebody, and how it is refused."""

    row: str
    body: Any
    status: int
    code: str
    pointer: str | None = None


def report(**members: Any) -> dict[str, Any]:
    """A report that would be taken, but for what is put into it."""
    return {"channel": "phone", "text": "smoke in the stairwell", **members}


def raw(member: str, value: str) -> bytes:
    """A report with one member written as it is."""
    return f'{{"channel":"phone","text":"x","{member}":{value}}}'.encode()


REPORTS: Final = [
    Bad("J1 NaN", raw("priority", "NaN"), 400, "unreadable_json"),
    Bad("J1 -Infinity", raw("priority", "-Infinity"), 400, "unreadable_json"),
    Bad("J1 1e400", raw("priority", "1e400"), 400, "unreadable_json"),
    Bad("J3 NUL in words", report(text="a\x00b"), 422, "invalid", "/text"),
    Bad("J3 escape in words", report(text="a\x1b[31mb"), 422, "invalid", "/text"),
    Bad("J3 C1 control in an address", report(address="a\x85b"), 422, "invalid", "/address"),
    Bad("J3 line break in a name", report(address="a\r\nb"), 422, "invalid", "/address"),
    Bad("J3 line separator", report(text="a\u2028b"), 422, "invalid", "/text"),
    Bad("J3 a raw control character", raw("text2", '"a\x01"'), 400, "unreadable_json"),
    Bad("J3 a lone surrogate", raw("address", '"\\ud800"'), 400, "unreadable_json"),
    Bad("J5 5,000 digits", raw("priority", "9" * 5_000), 400, "unreadable_json"),
    Bad("J7 a key twice", raw("channel", '"web"'), 400, "unreadable_json"),
    Bad("J9 text for a number", report(priority="1"), 422, "invalid", "/priority"),
    Bad("J9 true for a number", report(priority=True), 422, "invalid", "/priority"),
    Bad("J9 1.5 for a whole number", report(priority=1.5), 422, "invalid", "/priority"),
    Bad("J9 a number out of its bounds", report(priority=5), 422, "invalid", "/priority"),
    Bad("J11 no zone", report(observed_at="2026-11-25T10:00:00"), 422, "invalid", "/observed_at"),
    Bad("J11 a number", report(observed_at=1_764_000_000), 422, "invalid", "/observed_at"),
    Bad(
        "J11 a year that is none of ours", report(observed_at="1999-12-31T00:00:00Z"), 422,
        "invalid", "/observed_at",
    ),
    Bad("J15 2 MB of words", OVER_A_MEGABYTE, 413, "too_large"),
    Bad("J15 more words than fit", report(text="x" * 4_001), 422, "invalid", "/text"),
    Bad("J15 stacked marks", report(text="z" + "\u0301" * 3_000), 422, "invalid", "/text"),
    Bad("J15 right-to-left override", report(address="a\u202eb"), 422, "invalid", "/address"),
    Bad("J15 zero width", report(reporter={"name": "a\u200bb"}), 422, "invalid", "/reporter/name"),
    Bad("J15 a homoglyph in a code", report(type="f\u0456re"), 422, "invalid", "/type"),
    Bad("J19 an unknown member", report(__proto__={"x": 1}), 422, "invalid", "/__proto__"),
    Bad("J19 a member that is ours to say", report(id=NOWHERE), 422, "invalid", "/id"),
    Bad("J19 a key of 5,000", report(**{"k" * 5_000: 1}), 422, "invalid", "/" + "k" * 99),
    Bad("J19 a key like a path", report(**{"a/b~c": 1}), 422, "invalid", "/a~1b~0c"),
    Bad("no such type", report(type="fire.nonsense"), 422, "unknown_type", "/type"),
    Bad("no member at all", {}, 422, "invalid", "/channel"),
    Bad("no object", [report()], 422, "invalid", "/"),
    Bad("no body", b"", 422, "invalid", "/"),
    Bad(
        "G1 latitude first", report(position={"lon": -36.85, "lat": 174.76}), 422, "invalid",
        "/position/lat",
    ),
    Bad(
        "G3 text for degrees", report(position={"lon": "174", "lat": -36}), 422, "invalid",
        "/position/lon",
    ),
    Bad(
        "G3 null for degrees", report(position={"lon": None, "lat": -36}), 422, "invalid",
        "/position/lon",
    ),
    Bad("G3 one number", report(position={"lon": 174}), 422, "invalid", "/position/lat"),
    Bad("G3 a bare pair", report(position=[174, -36]), 422, "invalid", "/position"),
    Bad(
        "G13 subnormal", report(position={"lon": 174, "lat": 1e-320}), 422, "invalid",
        "/position/lat",
    ),
    Bad(
        "a negative radius", report(position={"lon": 174, "lat": -36, "accuracy_m": -1}), 422,
        "invalid", "/position/accuracy_m",
    ),
]  # fmt: skip

# JSONTestSuite's `n_` files in essence: each of these is no JSON at all (RFC 8259).
NO_JSON: Final = [
    b"[", b"]", b"{", b"[1", b"[1,", b"[1,]", b"[,1]", b"[1,,2]", b"[1 true]", b"[1:2]", b"[\"a\"",
    b"[\"", b"[\"\\", b"[\"\\u00A\"]", b"[\"\\uD834\\u\"]", b"[\"\\x00\"]", b"[\"\\a\"]",
    b"[\"\x00\"]", b"[\"\n\"]", b"[\"\t\"]", b"['a']", b"[`a`]", b"[\xff]", b"[\"\xff\"]",
    b"[\"\xe2\x82\"]", b"[\"\xed\xa0\x80\"]", b"[\xc3\xa5]", b"[tru]", b"[True]", b"[nul]",
    b"[None]", b"[undefined]", b"[+1]", b"[-]", b"[--1]", b"[-01]", b"[012]", b"[0x1]", b"[1.]",
    b"[.5]", b"[-.5]", b"[1e]", b"[1e+]", b"[1eE2]", b"[0.3e]", b"[1_000]", b"[1 000]", b"[1/2]",
    b"[Infinity]", b"[-Infinity]", b"[NaN]", b"[-NaN]", b"[Inf]", b"[1e999]", b"[-1e999]",
    b"{a:1}", b"{'a':1}", b"{1:1}", b"{\"a\"}", b"{\"a\":}", b"{\"a\" 1}", b"{\"a\":1,}",
    b"{\"a\":1,,\"b\":2}", b"{\"a\":1 \"b\"}", b"{\"a\":1}}", b"{\"a\":1}x", b"{}{}", b"[]]",
    b"// c\n{}", b"{/* c */}", b"#\n{}", b"<html>", b"\xef\xbb\xbf{}", b"\xfe\xff\x00{\x00}",
    b"{\x00}", b"\x00", b"\xa0{}", b"\x0c{}", b"\xe2\x81\xa0{}", b"*", b"a=1", b"[" * 100_000,
    b"[{\"\":" * 50_000, b"{\"a\":\"\\ud800\"}", b"{\"a\":1,\"a\":1}",
]  # fmt: skip

# JSONTestSuite's `y_` files in essence: JSON that is no report, so its shape is what is refused.
JSON_BUT_NO_REPORT: Final = [
    b"[]", b"[[]]", b"{}", b"null", b"true", b"1", b"-0", b"-0.0", b"1E22", b"1e-2", b"123.456e78",
    b"\"\"", b"\"\\u0041\"", b"\"\\uD801\\udc37\"", b"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", b"\"\x7f\"",
    b"\"\xe2\x82\xac\"", b"\"\xf4\x8f\xbf\xbf\"", b" [] ", b"\n\t\r {}", b"{\"\":0}",
    b"{\"a\\u0000b\":1}", b"[1,null,1.5]", b"9007199254740993", b"[" * 500 + b"]" * 500,
]  # fmt: skip


def star(vertices: int) -> list[list[float]]:
    """A ring that crosses itself at almost every vertex: making it valid would take minutes."""
    around = [
        [174.0 + (i * 7919 % vertices) / vertices, -37.0 + i / vertices] for i in range(vertices)
    ]
    return [*around, around[0]]


SQUARE: Final = [[174.0, -37.0], [174.1, -37.0], [174.1, -36.9], [174.0, -36.9], [174.0, -37.0]]
OVER_THE_DATE_LINE: Final = [
    [179.0, -17.0], [-179.0, -17.0], [-179.0, -16.0], [179.0, -16.0], [179.0, -17.0],
]  # fmt: skip
AREA: Final = "bad_area"
SHAPES: Final = [
    Bad("G3 text", ("Polygon", [[["174", "-37"]] * 4]), 422, AREA),
    Bad("G3 null", ("Polygon", [[None] * 4]), 422, AREA),
    Bad("G3 one number", ("Polygon", [[[174.0]] * 4]), 422, AREA),
    Bad("G3 true", ("Polygon", [[[True, False]] * 4]), 422, AREA),
    Bad("G3 nothing", ("Polygon", []), 422, AREA),
    Bad("G3 numbers for rings", ("Polygon", [1, 2, 3]), 422, AREA),
    Bad("G5 unclosed", ("Polygon", [SQUARE[:-1]]), 422, AREA),
    Bad("G5 three points", ("Polygon", [[*SQUARE[:2], SQUARE[0]]]), 422, AREA),
    Bad("G5 all equal", ("Polygon", [[SQUARE[0]] * 5]), 422, AREA),
    Bad("G5 no area", ("Polygon", [[*SQUARE[:2], SQUARE[1], SQUARE[0]]]), 422, AREA),
    Bad("G5 crosses itself", ("Polygon", [star(100)]), 422, AREA),
    Bad("G7 too many vertices", ("Polygon", [[*SQUARE[:1] * 10_001, SQUARE[0]]]), 422, AREA),
    Bad("G7 too many rings", ("MultiPolygon", [[SQUARE]] * 101), 422, AREA),
    Bad("G7 a star of 9,999", ("Polygon", [star(9_999)]), 422, AREA),
    Bad("G11 over the pole", ("Polygon", [[[0.0, 91.0], *SQUARE[1:], [0.0, 91.0]]]), 422, AREA),
    Bad("G11 past 180", ("Polygon", [[[181.0, 0.0], *SQUARE[1:4], [181.0, 0.0]]]), 422, AREA),
    Bad("G11 over the antimeridian", ("Polygon", [OVER_THE_DATE_LINE]), 422, AREA),
    Bad("G13 subnormal", ("Polygon", [[[1e-320, 0.0], *SQUARE[1:4], [1e-320, 0.0]]]), 422, AREA),
]  # fmt: skip
