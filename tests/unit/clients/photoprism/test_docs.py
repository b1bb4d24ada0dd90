"""docs/client-photoprism.md names all that there is, and nothing else."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[4] / "docs" / "client-photoprism.md"
TEXT = PAGE.read_text()
ROW = re.compile(r"^\| `prism\.(\w+)` \| (.*) \|$", re.MULTILINE)
CALL = re.compile(r"\bprism\.(\w+)\.(\w+)\(")


def _families(prism) -> dict[str, set[str]]:
    """Each attribute of the client that has calls, with their names."""
    return {
        name: {call for call in dir(family) if not call.startswith("_")}
        for name, family in vars(prism).items()
        if not name.startswith("_") and name not in ("api", "facts")
    }


def test_the_table_has_each_family_with_each_of_its_calls(prism):
    told = {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in ROW.findall(TEXT)}
    assert told == _families(prism)


def test_every_call_in_the_examples_exists(prism):
    families = {**_families(prism), "facts": {"may"}}
    calls = CALL.findall(TEXT)
    assert len(calls) >= 20
    assert [call for call in calls if call[1] not in families[call[0]]] == []
