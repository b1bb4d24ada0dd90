"""The GraphQL schema of one release, read from the files beside this one."""

import re
from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema

FILES = ("objects.graphql", "inputs.graphql")
_SINCE = re.compile(r"#(-?)(\d+)\+?$")


@cache
def schema_of(release: int) -> GraphQLSchema:
    """The schema of v0.`release`: lines for other releases are left out."""
    package = files("g3fs.demo.stash")
    lines = "\n".join((package / name).read_text() for name in FILES).splitlines()
    return build_schema("\n".join(line for line in lines if _fits(line, release)))


def _fits(line: str, release: int) -> bool:
    marked = _SINCE.search(line)
    if marked is None:
        return True
    before, number = marked[1] == "-", int(marked[2])
    return release < number if before else release >= number
