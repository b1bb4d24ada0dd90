"""The fields of Mutation."""

from collections.abc import Mapping

from g3fs.demo.stash.execution import Resolver

MUTATIONS: Mapping[str, Resolver] = {}
