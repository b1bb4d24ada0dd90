"""How connections are made, as one frozen value; the environment is read here, once, when asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from g3fs.gallery.errors import Invalid
from g3fs.http.origin import origin_of
from g3fs.http.redact import Redactor, masked

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_PROXY_SCHEMES = ("http", "https")
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """Everything about connections that is not the gallery's business."""

    cafile: Path | None = None
    """Certificates (PEM) that are trusted, and no others; None: those of the system."""
    insecure: bool = False
    """Accept any certificate; for servers at home, never across the Internet."""
    proxy: str | None = None
    """`http://[user:password@]host:port`; None: connect directly."""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    """Sent with every request, for a login in front of the gallery; values are secrets."""
    user_agent: str = "g3fs"
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    """The longest wait for the next byte of an answer."""
    write_timeout_s: float = 30.0
    """The longest wait until the server takes the next piece of a body."""
    pool_timeout_s: float = 30.0
    """The longest wait for one of the connections to become free."""
    timeout_s: float = 30.0
    """For a whole call, retries included; for streamed bodies until the headers are there, for
    uploads from the last byte that was sent."""
    max_connections: int = 24
    """At least as many as threads may want one at a time (tasks/threads.py)."""
    max_body_bytes: int = 64 * _MEBIBYTE
    """Larger answers that are not streamed are refused."""
    attempts: int = 3
    """How often a call that may be repeated is tried."""
    redactor: Redactor = field(default_factory=Redactor, compare=False, repr=False)
    """Learns the secrets; share it with the log handlers."""

    def __post_init__(self) -> None:
        if self.proxy is not None:
            _check_proxy(self.proxy)
            self.redactor.add(urlsplit(self.proxy).password)
        self.redactor.add(*self.headers.values())

    def __repr__(self) -> str:
        return (
            f"HttpOptions(cafile={self.cafile}, insecure={self.insecure}, "
            f"proxy={self.redactor.text(self.proxy) if self.proxy else None}, "
            f"headers={{{', '.join(f'{name}: {masked(1)}' for name in self.headers)}}}, "
            f"timeout_s={self.timeout_s})"
        )


def from_environment(options: HttpOptions, url: str, environ: Mapping[str, str]) -> HttpOptions:
    """Fill what `options` leave open from the usual variables, for one server.

    Proxy: `https_proxy`, `http_proxy`, `all_proxy` (any case), unless `no_proxy` names the host.
    Trust: `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`.
    """
    cafile, proxy = options.cafile, options.proxy
    if cafile is None and not options.insecure:
        named = _first(environ, "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        cafile = Path(named) if named and Path(named).is_file() else None
    if proxy is None:
        proxy = _environment_proxy(url, environ)
    return replace(options, cafile=cafile, proxy=proxy)


def _environment_proxy(url: str, environ: Mapping[str, str]) -> str | None:
    origin = origin_of(url)
    named = f"{origin.scheme}_proxy"
    # HTTP_PROXY in capitals can be set by a web request in CGI programs; curl ignores it as well.
    names = (named, named.upper(), "all_proxy", "ALL_PROXY")
    proxy = _first(environ, *(name for name in names if name != "HTTP_PROXY"))
    if not proxy or _exempt(origin.host, _first(environ, "no_proxy", "NO_PROXY") or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _exempt(host: str, no_proxy: str) -> bool:
    """Whether a comma separated list of hosts and domains names `host`; `*` names all."""
    for entry in no_proxy.split(","):
        domain = entry.strip().lower().removeprefix("*").lstrip(".")
        if entry.strip() == "*" or (domain and (host == domain or host.endswith(f".{domain}"))):
            return True
    return False


def _first(environ: Mapping[str, str], *names: str) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)


def _check_proxy(proxy: str) -> None:
    parts = urlsplit(proxy)
    if parts.scheme not in _PROXY_SCHEMES or not parts.hostname:
        raise Invalid("proxy= must look like http://host:port (other kinds are not supported)")
