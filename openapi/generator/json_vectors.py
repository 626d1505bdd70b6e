"""Vectors of strict JSON (section 2.4)."""

from meldpunt.protocol.verify.errors import Reason
from openapi.generator.vector import Vector, VectorFile, file

_SIGNED = "json-signed"
_REQUEST = "json-request"

_ACCEPTED = (
    ("empty", "An empty object.", b"{}"),
    ("values", "Every kind of value.", b'{"a":1,"b":"x","c":true,"d":[],"e":{"f":-7}}'),
    ("order", "Keys keep their order.", b'{"b":1,"a":2}'),
    ("largest-integers", "2^53 - 1 and its negative.",
     b'{"a":9007199254740991,"b":-9007199254740991}'),
    ("escapes", "The fewest escapes.", b'{"a":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"}'),
    ("not-escaped", "All else is itself.", '{"a":"é\u2028\ufeff😀"}'.encode()),
    ("eight-levels", "The deepest nesting.", b'{"a":' + b"[" * 7 + b"]" * 7 + b"}"),
)  # fmt: skip

_REFUSED = (
    ("bom", "A byte order mark.", b"\xef\xbb\xbf{}", Reason.JSON_ENCODING),
    ("utf-16", "UTF-16 without a mark.", b"{\0}\0", Reason.JSON_SYNTAX),
    ("utf-16-bom", "UTF-16 with one.", b"\xff\xfe{\0}\0", Reason.JSON_ENCODING),
    ("bad-utf-8", "A stray byte.", b'{"a":"\xff"}', Reason.JSON_ENCODING),
    ("overlong-utf-8", "Two bytes for a slash.", b'{"a":"\xc0\xaf"}', Reason.JSON_ENCODING),
    ("surrogate-in-utf-8", "CESU-8.", b'{"a":"\xed\xa0\x80"}', Reason.JSON_ENCODING),
    ("lone-surrogate", "Half a pair.", b'{"a":"\\ud800"}', Reason.JSON_SURROGATE),
    ("swapped-surrogates", "A pair in the wrong order.", b'{"a":"\\udc00\\ud800"}',
     Reason.JSON_SURROGATE),
    ("nothing", "No bytes.", b"", Reason.JSON_SYNTAX),
    ("two-values", "Something follows.", b"{}{}", Reason.JSON_SYNTAX),
    ("trailing-comma", "Not JSON.", b'{"a":1,}', Reason.JSON_SYNTAX),
    ("comment", "Not JSON.", b'{"a":/**/1}', Reason.JSON_SYNTAX),
    ("single-quotes", "Not JSON.", b"{'a':1}", Reason.JSON_SYNTAX),
    ("nul-in-text", "A raw control character.", b'{"a":"\0"}', Reason.JSON_SYNTAX),
    ("leading-zero", "Not JSON.", b'{"a":01}', Reason.JSON_SYNTAX),
    ("duplicate-key", "Parsers keep the first, the last, or both.", b'{"a":1,"a":2}',
     Reason.JSON_DUPLICATE_KEY),
    ("duplicate-key-escaped", "The same key in two spellings.", b'{"b":1,"\\u0062":2}',
     Reason.JSON_DUPLICATE_KEY),
    ("duplicate-key-inside", "Not in the root.", b'{"a":[{"b":1,"b":1}]}',
     Reason.JSON_DUPLICATE_KEY),
    ("number-like-key", "JavaScript moves it to the front.", b'{"10":1}', Reason.JSON_KEY),
    ("proto", "Not a name.", b'{"__proto__":1}', Reason.JSON_KEY),
    ("empty-key", "Not a name.", b'{"":1}', Reason.JSON_KEY),
    ("capital-key", "Names start in lower case.", b'{"A":1}', Reason.JSON_KEY),
    ("accented-key", "ASCII only.", '{"é":1}'.encode(), Reason.JSON_KEY),
    ("nan", "Not a number of JSON.", b'{"a":NaN}', Reason.JSON_NUMBER),
    ("infinity", "Nor this.", b'{"a":-Infinity}', Reason.JSON_NUMBER),
    ("float", "No floats, not even whole ones.", b'{"a":1.0}', Reason.JSON_NUMBER),
    ("fraction", "One that JavaScript writes as it reads it.", b'{"a":0.5}', Reason.JSON_NUMBER),
    ("exponent", "The same.", b'{"a":1e2}', Reason.JSON_NUMBER),
    ("minus-zero", "Zero has one spelling.", b'{"a":-0}', Reason.JSON_NUMBER),
    ("two-to-53", "Not exact in JavaScript.", b'{"a":9007199254740992}', Reason.JSON_NUMBER),
    ("huge-number", "Many digits.", b'{"a":' + b"9" * 400 + b"}", Reason.JSON_NUMBER),
    ("null", "A field without a value is left out.", b'{"a":null}', Reason.JSON_NULL),
    ("root-array", "The root is an object.", b"[]", Reason.JSON_ROOT),
    ("root-string", "The root is an object.", b'"a"', Reason.JSON_ROOT),
    ("root-null", "The root is an object.", b"null", Reason.JSON_ROOT),
    ("nine-levels", "Too deep.", b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", Reason.JSON_DEPTH),
    ("too-large", "65,537 bytes; the vectors' limit is 65,536.",
     b'{"a":"' + b"x" * 65529 + b'"}', Reason.JSON_SIZE),
)  # fmt: skip

_OTHER_SPELLINGS = (
    ("leading-space", "White space.", b' {"a":1}'),
    ("inner-space", "White space.", b'{"a": 1}'),
    ("line-end", "White space.", b'{"a":1}\n'),
    ("escaped-letter", "A needless escape.", b'{"a":"\\u0041"}'),
    ("escaped-slash", "A needless escape.", b'{"a":"\\/"}'),
    ("upper-case-escape", "Lower case inside escapes.", b'{"a":"\\u001F"}'),
    ("long-escape", "A line end has a short escape.", b'{"a":"\\u000a"}'),
    ("escaped-pair", "Outside the basic plane.", b'{"a":"\\ud83d\\ude00"}'),
    ("escaped-key", "In a key.", b'{"\\u0061":1}'),
)


def strict_json() -> VectorFile:
    """Every rule of strict JSON, in signed statements and in requests."""

    def given(data: bytes) -> dict[str, str]:
        return {"data": data.hex()}

    vectors = [Vector(_SIGNED, name, comment, given(data)) for name, comment, data in _ACCEPTED]
    vectors += [
        Vector(_SIGNED, name, comment, given(data), reason)
        for name, comment, data, reason in _REFUSED
    ]
    for name, comment, data in _OTHER_SPELLINGS:
        vectors.append(Vector(_SIGNED, name, comment, given(data), Reason.JSON_NOT_CANONICAL))
        free = f"{comment} Free in a request body."
        vectors.append(Vector(_REQUEST, f"request-{name}", free, given(data)))
    vectors += [
        Vector(_REQUEST, f"request-{name}", comment, given(data), reason)
        for name, comment, data, reason in _REFUSED
        if reason is not Reason.JSON_SIZE
    ]
    return file("strict-json", "Strict JSON: what two parsers could read in two ways.", vectors)
