"""Takes addresses apart: which area of the site, which REST resource, which id."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from g3fs.demo.faults import Facts
from g3fs.demo.gallery3.incoming import leading_number

Area = Literal["rest", "public", "page", "outside"]
METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes."""

    area: Area
    path: str
    """What is left behind the area's prefix, percent-encoded as it came."""
    query: str

    @property
    def resource(self) -> str:
        """The REST resource; "" for the login."""
        return self.path.strip("/").partition("/")[0]

    @property
    def ident(self) -> str:
        """What stands behind the resource, decoded."""
        return unquote(self.path.strip("/").partition("/")[2])


def target_of(uri: str, base_path: str) -> Target:
    """Take the path and query of a request line apart. `index.php` may be there or not."""
    path, _, query = uri.partition("?")
    if not (path == base_path or path.startswith(base_path + "/")):
        return Target(area="outside", path=path, query=query)
    path = path[len(base_path) :]
    if path.startswith("/var/"):
        return Target(area="public", path=path[len("/var/") :], query=query)
    if path == "/index.php" or path.startswith("/index.php/"):
        path = path[len("/index.php") :]
    if path == "/rest" or path.startswith("/rest/"):
        return Target(area="rest", path=path[len("/rest") :], query=query)
    return Target(area="page", path=path, query=query)


def facts_of(uri: str, base_path: str, method: str, override: str) -> Facts:
    """What the fault plan and the request log want to know."""
    target = target_of(uri, base_path)
    if target.area == "public":
        return Facts(method=method, resource="public", item=None, target=uri)
    if target.area != "rest":
        return Facts(method=method, resource="", item=None, target=uri)
    verb = override.upper() if override.upper() in METHODS else method
    number = leading_number(target.ident.rpartition(",")[2])
    return Facts(method=verb, resource=target.resource or "login", item=number or None, target=uri)
