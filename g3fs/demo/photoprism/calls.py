"""One request with everything that a view needs, and the table of views."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from werkzeug.wrappers import Request

from g3fs.demo.faults import FaultRule
from g3fs.demo.faulty import RULES
from g3fs.demo.photoprism.accounts import Session, User, tokens_of
from g3fs.demo.photoprism.options import feature_on
from g3fs.demo.photoprism.replies import Answer, bad_form, bad_request, disabled, reply
from g3fs.demo.photoprism.state import State


@dataclass(slots=False)
class Call:
    """A request. `session` is None where no key came, or none that opens."""

    state: State
    request: Request
    args: Mapping[str, str]
    session: Session | None

    @cached_property
    def body(self) -> Mapping[str, object]:
        """The JSON object that came. Refused: it is none."""
        return self.body_or(bad_form)

    def body_or(self, refusal: Callable[[], Exception]) -> Mapping[str, object]:
        """The JSON object that came; `refusal` makes the error for anything else."""
        try:
            data = json.loads(self.request.get_data())
        except ValueError:
            raise refusal() from None
        if not isinstance(data, dict):
            raise refusal()
        return data

    def strings(self, name: str) -> list[str]:
        """A list of texts in the body; [] where there is none."""
        value = self.body.get(name)
        return [x for x in value if isinstance(x, str)] if isinstance(value, list) else []

    def query(self, name: str, default: str = "") -> str:
        """A parameter of the address."""
        return self.request.args.get(name, default)

    def number(self, name: str) -> int:
        """A parameter that is a number; 0 where there is none. Refused: it is no number."""
        text = self.query(name)
        if not text:
            return 0
        if re.fullmatch(r"-?\d{1,18}", text) is None:
            raise bad_form()
        return int(text)

    def count(self) -> int:
        """How many rows are wanted. Refused: it is not said, which is no good."""
        count = self.number("count")
        if count == 0 or count < -1:
            raise bad_form()
        return count

    @property
    def user(self) -> User:
        """Who asks. Refused: a client without a user does."""
        if self.session is None or self.session.user is None:
            raise bad_request()
        return self.session.user

    def session_user_uid(self) -> str:
        """Who asks, for the record; "" for a client."""
        known = self.session is not None and self.session.user is not None
        return self.user.uid if known else ""

    @property
    def role(self) -> str:
        """`admin`, `guest`, `visitor`, `client`, or "" for strangers."""
        return "" if self.session is None else self.session.role

    @property
    def accept(self) -> str:
        """What kinds of answers are understood."""
        return self.request.headers.get("Accept", "")

    def need(self, feature: str) -> None:
        """Refused: the feature is off."""
        if not feature_on(self.state.options, feature):
            raise disabled()

    def damage(self, action: str) -> FaultRule | None:
        """The rule of the fault plan by which this call is to go wrong."""
        rules: Mapping[str, FaultRule] = self.request.environ.get(RULES, {})
        return rules.get(action)

    def listing(self, rows: object, count: int, **more: str) -> Answer:
        """A list with the headers of lists; `count` is what was found."""
        return reply(rows, headers=self.list_headers(count) | more)

    def list_headers(self, count: int) -> dict[str, str]:
        """Counts, and the tokens for bytes."""
        return {
            "X-Count": str(count),
            "X-Limit": self.query("count", "0") or "0",
            "X-Offset": self.query("offset", "0") or "0",
            **self.token_headers(),
        }

    def token_headers(self) -> dict[str, str]:
        """None in public mode."""
        if self.state.options.public:
            return {}
        tokens = tokens_of(self.session, self.state.options)
        return {
            "X-Download-Token": tokens["downloadToken"],
            "X-Preview-Token": tokens["previewToken"],
        }


View = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the table of addresses."""

    method: str
    pattern: str
    """Below the API; `:name` stands for one part, `*name` for all that follow."""
    view: View
    kind: str
    """What requests of this row are called in fault rules and in the request log."""
    scope: str | None = None
    """What a key must cover; None: no key is needed."""
    roles: frozenset[str] = frozenset(("admin",))
    locked: bool = True
    """Whether the site's lock is held meanwhile; the view takes it where it must otherwise."""


ANYONE = frozenset(("admin", "guest", "visitor", "client"))
MEMBERS = frozenset(("admin", "guest", "visitor"))
ADMIN = frozenset(("admin",))
STAFF = frozenset(("admin", "client"))


class Table:
    """Finds the route of an address."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = [(_compiled(route.pattern), route) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """`path` is below the API, decoded, without a slash in front."""
        for pattern, route in self._routes:
            if route.method == method and (match := pattern.fullmatch(path)) is not None:
                return route, match.groupdict()
        return None


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for part in pattern.split("/"):
        if part.startswith(":"):
            parts.append(f"(?P<{part[1:]}>[^/]+)")
        elif part.startswith("*"):
            parts.append(f"(?P<{part[1:]}>.*)")
        else:
            parts.append(re.escape(part))
    return re.compile("/".join(parts), re.DOTALL)
