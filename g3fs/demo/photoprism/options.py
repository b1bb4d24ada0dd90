"""How a stand-in PhotoPrism is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FEATURES: Mapping[str, bool] = {
    "account": True,
    "albums": True,
    "archive": True,
    "delete": True,
    "download": True,
    "edit": True,
    "estimates": True,
    "favorites": True,
    "files": True,
    "folders": True,
    "import": True,
    "labels": True,
    "library": True,
    "logs": True,
    "moments": True,
    "people": True,
    "places": False,
    "private": True,
    "ratings": True,
    "reactions": True,
    "review": True,
    "search": True,
    "services": True,
    "settings": True,
    "share": True,
    "upload": True,
    "videos": True,
}
"""What the settings offer, in their order."""


@dataclass(kw_only=True)
class Options:
    """May be changed while the server runs: the next request sees it."""

    base_path: str = ""
    """Where it is mounted: "" or "/pics"."""
    own_site: str | None = None
    """The address that it believes to have, with a slash at the end; None: what the client used."""
    version: str = "241213-382ffa899-Linux-AMD64"
    captions: bool = False
    """The newer spelling: photos have `Caption` where they had `Description`."""
    old_sessions: bool = False
    """The older login: an answer with `id`, without `access_token`; no Bearer keys."""
    public: bool = False
    read_only: bool = False
    webdav: bool = True
    converter: bool = True
    """JPEGs are made of HEIC, GIF and other pictures that are neither JPEG nor PNG."""
    features_off: frozenset[str] = frozenset()
    auto_index_s: float | None = None
    """Seconds of quiet after a WebDAV write until an index begins by itself; None: never."""
    session_max_age_s: int = 1_209_600
    originals_limit: int = 1000 * 1024 * 1024
    """Bytes; larger files are not imported or indexed."""
    uid_seed: str | None = "g3fs"
    """The same seed gives the same names to the same library; None, or with data: others."""
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By user name; random ones for the others."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """App passwords of scope * by user name; random ones for the others."""
    tokens: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """Download and preview token by user name; random ones for the others."""


def feature_on(options: Options, name: str) -> bool:
    """Whether the settings offer the feature; read-only mode takes some away."""
    if options.read_only and name in ("upload", "import", "delete"):
        return False
    return FEATURES[name] and name not in options.features_off
