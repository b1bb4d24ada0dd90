"""Stands between the web server and a gallery, and breaks what the fault plan says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from g3fs.demo.delivery import Delivery, HangUp, RequestBody, Stop
from g3fs.demo.faults import AFTER, ARRIVAL, DAMAGE, DELIVERY, PAGES, Facts, FaultPlan, FaultRule
from g3fs.demo.httpd import BODY, ENTRY, STOP
from g3fs.demo.httpd import DELIVERY as DELIVERY_KEY
from g3fs.demo.requestlog import LoggedRequest

RULES = "g3fs.demo.damage"
"""Key in the WSGI environment: the rules that the gallery itself must carry out, by action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/html; charset=UTF-8"


class Gallery(Protocol):
    """What the fault layer must know of a dialect."""

    pages: Mapping[str, Page]
    """Answers of the dialect for the actions in `PAGES`."""

    def facts(self, environ: WSGIEnvironment) -> Facts:
        """What the request is, judged by its first line and headers only."""
        ...

    def wsgi(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer."""
        ...


class Faulty:
    """A WSGI application: the gallery, as the fault plan lets it appear."""

    def __init__(self, gallery: Gallery, plan: FaultPlan) -> None:
        self._gallery, self._plan = gallery, plan

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        facts = self._gallery.facts(environ)
        entry: LoggedRequest = environ[ENTRY]
        entry.resource = facts.resource
        entry.override = facts.method if facts.method != entry.method else None
        rules = self._plan.take(facts)
        if not rules:
            return self._gallery.wsgi(environ, start)
        for rule in rules:
            if rule.action in ARRIVAL:
                page = _arriving(rule, environ)
            else:
                page = self._before(rule, environ, facts)
            if page is not None:
                return _answer(page, start)
        environ[RULES] = {rule.action: rule for rule in rules if rule.action in DAMAGE}
        return self._spoiled(environ, start, rules)

    def _before(self, rule: FaultRule, environ: WSGIEnvironment, facts: Facts) -> Page | None:
        """Let the request wait, or answer it without the gallery, or hang up."""
        if rule.action in PAGES:
            return self._gallery.pages[rule.action]
        stop: Stop = environ[STOP]
        match rule.action:
            case "delay":
                if not stop.wait(rule.seconds, environ["werkzeug.socket"]):
                    raise HangUp(reset=False)
            case "stall":
                stop.wait(None, environ["werkzeug.socket"])
                raise HangUp(reset=False)
            case "reset_before":
                raise HangUp(reset=True)
            case "status" | "html":
                return _page(rule)
            case "redirect":
                return _redirect(rule, facts)
        return None

    def _spoiled(
        self, environ: WSGIEnvironment, start: StartResponse, rules: Iterable[FaultRule]
    ) -> Iterable[bytes]:
        """Let the gallery work, then spoil its answer or the way of it."""
        after = next((rule for rule in rules if rule.action in AFTER), None)
        for rule in rules:
            if rule.action in DELIVERY:
                environ[DELIVERY_KEY] = _delivery(rule, environ[DELIVERY_KEY])
        short = next((rule.size for rule in rules if rule.action == "short"), None)
        if after is None and short is None:
            return self._gallery.wsgi(environ, start)
        page = _collect(self._gallery.wsgi, environ)
        if after is not None:
            page = _after(after, page, environ)
        if short is not None:
            keep = max(0, len(page.body) - short)
            environ[DELIVERY_KEY] = replace(environ[DELIVERY_KEY], cut_after=keep, ending="close")
        return _answer(page, start)


def _arriving(rule: FaultRule, environ: WSGIEnvironment) -> Page | None:
    """Let the gallery have the body at a rate, or take some of it and go no further."""
    body: RequestBody = environ[BODY]
    if rule.action == "upload_throttle":
        body.rate = rule.rate
        return None
    body.skip(rule.size)
    if rule.action == "upload_refused":
        body.forsaken = True
        return replace(_page(rule), headers=(("Connection", "close"),))
    if rule.action == "upload_stall":
        stop: Stop = environ[STOP]
        stop.wait(None, environ["werkzeug.socket"])
    raise HangUp(reset=rule.action == "upload_reset")


def _after(rule: FaultRule, page: Page, environ: WSGIEnvironment) -> Page:
    match rule.action:
        case "reset_after":
            raise HangUp(reset=True)
        case "stall_after":
            stop: Stop = environ[STOP]
            stop.wait(None, environ["werkzeug.socket"])
            raise HangUp(reset=False)
        case "truncate_json":
            return replace(page, body=page.body[: len(page.body) // 2])
        case _:
            return _page(rule)


def _delivery(rule: FaultRule, so_far: Delivery) -> Delivery:
    match rule.action:
        case "throttle":
            return replace(so_far, rate=rule.rate)
        case "drip":
            return replace(so_far, rate=rule.rate, pieces_per_second=1)
        case "long":
            return replace(so_far, extra=b"?" * rule.size)
        case "cut" | "cut_clean" | "stall_body":
            ending = {"cut": "reset", "cut_clean": "close"}.get(rule.action, "stall")
            return replace(so_far, cut_after=rule.size, ending=ending)
    return so_far


def _page(rule: FaultRule) -> Page:
    status = 200 if rule.action == "html" else rule.status
    reason = HTTPStatus(status).phrase
    text = f"<html><head><title>{status} {reason}</title></head><body>{reason}</body></html>"
    body = text if rule.body is None else rule.body
    extra = () if rule.retry_after is None else (("Retry-After", rule.retry_after),)
    return Page(status=status, body=body.encode(), headers=extra, content_type=rule.content_type)


def _redirect(rule: FaultRule, facts: Facts) -> Page:
    location = rule.location or ""
    if location.count("/") <= 2:
        location += facts.target
    status = rule.status if 300 <= rule.status < 400 else 302
    return Page(status=status, body=b"", headers=(("Location", location),))


def _collect(
    app: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]], environ: WSGIEnvironment
) -> Page:
    """Run the gallery to its end and keep the answer."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _exc: object = None
    ) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return len

    result = app(environ, start)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    status, headers = begun[0]
    kept = tuple((k, v) for k, v in headers if k.lower() not in ("content-type", "content-length"))
    kind = next((v for k, v in headers if k.lower() == "content-type"), "")
    return Page(status=int(status[:3]), body=body, headers=kept, content_type=kind)


def _answer(page: Page, start: StartResponse) -> Iterable[bytes]:
    headers = [*page.headers, ("Content-Length", str(len(page.body)))]
    if page.content_type:
        headers.append(("Content-Type", page.content_type))
    start(f"{page.status} {HTTPStatus(page.status).phrase}", headers)
    return [page.body]


def app_with_control(gallery: WSGIApplication, control: WSGIApplication) -> WSGIApplication:
    """Everything below /demo goes to the control, all else to the gallery."""

    def dispatch(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        chosen = control if path == "/demo" or path.startswith("/demo/") else gallery
        return chosen(environ, start)

    return dispatch
