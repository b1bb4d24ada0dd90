r"""JSON that arrives unchanged.

Form values pass an HTML filter on the server before the JSON in them is decoded; it removes markup,
`on...=`, entities and more. Written as \uXXXX inside the JSON strings they pass (reference of the
API, section 3: "Input filter").
"""

import json
import re

_FILTERED = re.compile(r"[<>&='`;%#+\x7f]")


def escaped_json(value: object) -> str:
    """`value` as JSON in printable ASCII, without characters that the filter looks at.

    All of these stand inside strings only: the JSON itself is made of others.
    """
    plain = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return _FILTERED.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)
