"""Who is logged in, what the server is, and what both allow."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from g3fs.clients.photoprism.wire.fields import Fields

PUBLIC = "public"
"""Stands for a token where none is needed, and where a stranger asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireUser:
    """An account."""

    uid: str
    name: str = ""
    display_name: str = ""
    role: str = ""
    """`admin`, `guest`, `visitor`; other editions have more."""
    super_admin: bool = False
    webdav: bool = False
    """Whether this account may use WebDAV."""
    base_path: str = ""
    upload_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSettings:
    """The settings of the site, as far as they concern a client; already reduced by the role."""

    features: Mapping[str, bool] = field(default_factory=dict)
    """`upload`, `delete`, `edit`, `archive`, `albums`, `labels`, `review`, `download`, ..."""
    language: str = ""
    time_zone: str = ""
    download_originals: bool = True
    download_raw: bool = False
    download_sidecar: bool = False
    import_move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WireConfig:
    """What the server says of itself."""

    name: str
    version: str
    """`YYMMDD-commit-...`."""
    edition: str
    base_uri: str
    """The path that the site lies under, such as `/pics`; "" for none."""
    api_uri: str
    site_url: str
    mode: str
    """`user` with a valid key; `public` for strangers, on protected sites too."""
    public: bool
    """No key is needed."""
    auth_mode: str
    readonly: bool
    """Originals cannot be added, changed or deleted; titles and albums can."""
    download_token: str = field(repr=False)
    preview_token: str = field(repr=False)
    disabled: frozenset[str]
    """What the administrator switched off: `webdav`, `settings`, `faces`, ..."""
    counts: Mapping[str, int]
    """`all`, `photos`, `videos`, `favorites`, `private`, `archived`, `review`, `albums`, ...:
    the cheapest way to see that anything changed."""
    settings: WireSettings | None
    """None: this answer was without."""
    acl: Mapping[str, Mapping[str, bool]]
    """Resource, such as `photos`, to what may be done with it; empty if the server did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSession:
    """A login, or the key that was given."""

    key: str = field(repr=False)
    """What to send from now on; "" where the answer is without."""
    old: bool
    """The server knows `id` only, so the key goes into X-Session-ID (before 2024)."""
    expires_in_s: int
    provider: str
    """`local`, `application`, `link`, `default` (public mode), ..."""
    scope: str
    """"" or `*`: everything; else words such as `albums files photos`."""
    user: WireUser | None
    config: WireConfig | None
    shares: tuple[str, ...]
    """Uids of albums that a visitor may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAccess:
    """A key that OAuth2 gave: an app password, or that of a client."""

    key: str = field(repr=False)
    name: str
    scope: str
    expires_in_s: int


def config_from(reply: object, base: str | None = None) -> WireConfig:
    """The answer of `config`; `base`: the path that it was asked under, if that is known."""
    config = _config(Fields(reply, "config"))
    return config if base is None else replace(config, base_uri=base)


def session_from(reply: object) -> WireSession:
    """The answer to a login, and of `session`."""
    entry = Fields(reply, "session")
    user, config = entry.inner("user"), entry.inner("config")
    return WireSession(
        key=entry.first_text("access_token", "id"),
        old=not entry.has("access_token") and not entry.has("token_type"),
        expires_in_s=entry.number("expires_in"),
        provider=entry.text("provider"),
        scope=entry.text("scope"),
        user=_user(user) if user.text("UID") else None,
        config=_config(config) if entry.has("config") else None,
        shares=entry.inner("data").texts("shares"),
    )


def access_from(reply: object) -> WireAccess:
    """The answer of `oauth/token`."""
    entry = Fields(reply, "access")
    return WireAccess(
        key=entry.required("access_token"),
        name=entry.text("client_name"),
        scope=entry.text("scope"),
        expires_in_s=entry.number("expires_in"),
    )


def settings_from(reply: object) -> WireSettings:
    """The answer of `settings`."""
    return _settings(Fields(reply, "settings"))


def is_photoprism(reply: object) -> bool:
    """Whether an answer of `config` has what only PhotoPrism says; `name` may be a brand."""
    return isinstance(reply, dict) and {"version", "apiUri"} <= reply.keys()


def status_from(reply: object) -> str:
    """The answer of `status`: `operational`."""
    return Fields(reply, "status").text("status")


def _user(entry: Fields) -> WireUser:
    return WireUser(
        uid=entry.required("UID"),
        name=entry.text("Name"),
        display_name=entry.text("DisplayName"),
        role=entry.text("Role"),
        super_admin=entry.flag("SuperAdmin"),
        webdav=entry.flag("WebDAV"),
        base_path=entry.text("BasePath"),
        upload_path=entry.text("UploadPath"),
    )


def _config(entry: Fields) -> WireConfig:
    disabled = entry.inner("disable").flags()
    return WireConfig(
        name=entry.text("name"),
        version=entry.text("version"),
        edition=entry.text("edition"),
        base_uri=entry.text("baseUri").rstrip("/"),
        api_uri=entry.text("apiUri"),
        site_url=entry.text("siteUrl"),
        mode=entry.text("mode"),
        public=entry.flag("public"),
        auth_mode=entry.text("authMode"),
        readonly=entry.flag("readonly"),
        download_token=entry.text("downloadToken"),
        preview_token=entry.text("previewToken"),
        disabled=frozenset(name for name, off in disabled.items() if off),
        counts=entry.inner("count").numbers(),
        settings=_settings(entry.inner("settings")) if entry.has("settings") else None,
        acl={name: inner.flags() for name, inner in entry.inner("acl").inners().items()},
    )


def _settings(entry: Fields) -> WireSettings:
    download = entry.inner("download")
    return WireSettings(
        features=entry.inner("features").flags(),
        language=entry.inner("ui").text("language"),
        time_zone=entry.inner("ui").text("timeZone"),
        download_originals=download.flag("originals"),
        download_raw=download.flag("mediaRaw"),
        download_sidecar=download.flag("mediaSidecar"),
        import_move=entry.inner("import").flag("move"),
    )
