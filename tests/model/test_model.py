"""The file system and a dictionary, side by side, through the same operations.

Operations are data; remote changes, faults and restarts are among them. What the dictionary says is
what a user expects: an operation that succeeded has happened, one that failed has not.

More by hand, and other ones: G3FS_MODEL_SEQUENCES=20000 pytest tests/model --hypothesis-seed=1
"""

import os

from hypothesis import Phase, given, settings

from tests.model.operations import at_once, behind, meanwhile
from tests.model.running import run

MORE = int(os.environ.get("G3FS_MODEL_SEQUENCES", "0"))


def sequences(number: int) -> settings:
    """So many, always the same ones; or as many as were asked for, and any."""
    if MORE:
        return settings(max_examples=MORE, deadline=None, derandomize=False, print_blob=True)
    # No shrinking: minutes, which belong to whoever looks into it by hand.
    brief = [Phase.explicit, Phase.generate]
    return settings(
        max_examples=number, deadline=None, derandomize=True, database=None, phases=brief
    )


@sequences(350)
@given(at_once)
def test_the_file_system_does_what_a_dictionary_does(sequence):
    run(sequence)


@sequences(150)
@given(behind)
def test_what_waits_to_be_sent_looks_as_if_it_were_there(sequence):
    run(sequence, background=True)


@sequences(200)
@given(meanwhile)
def test_sending_behind_is_never_seen(sequence):
    run(sequence, background=True, free=True)
