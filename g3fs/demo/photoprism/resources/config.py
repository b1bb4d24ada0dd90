"""status, config, settings: what the server says about itself."""

from g3fs.demo.photoprism.accounts import Session, tokens_of
from g3fs.demo.photoprism.calls import ADMIN, Call, Route
from g3fs.demo.photoprism.options import FEATURES, feature_on
from g3fs.demo.photoprism.replies import Answer, reply
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.state import State

Json = dict[str, object]
COUNTED = (
    "all photos live videos cameras lenses countries hidden archived favorites review stories "
    "private albums private_albums moments private_moments months private_months states "
    "private_states folders private_folders files people places labels labelMaxPhotos"
)
ABSENT = (
    "restart places backups tensorflow faces classification exiftool sips darktable rawtherapee "
    "imagemagick vectors jpegxl raw"
)
"""Parts that the recorded server did without."""


def status(_call: Call) -> Answer:
    """The cheapest answer."""
    return reply({"status": "operational"})


def config(call: Call) -> Answer:
    """For strangers, or for the user of the key; a wrong key makes a stranger."""
    return reply(config_of(call.state, call.session, call.request.host_url))


def config_of(state: State, session: Session | None, host_url: str) -> Json:
    """The configuration as that session sees it."""
    options = state.options
    known = session is not None or options.public
    common = _common(state, host_url)
    row: Json = {
        "mode": "user" if known else "public",
        **common,
        **tokens_of(session, options),
        "disable": _disabled(state),
        "count": counts(state) if known else dict.fromkeys(COUNTED.split(), 0),
    }
    if known:
        row |= _for_users(state, session)
    return row


def _common(state: State, host_url: str) -> Json:
    options = state.options
    base = options.base_path
    flags = [
        word for word, on in (("public", options.public), ("readonly", options.read_only)) if on
    ]
    return {
        "name": "PhotoPrism",
        "about": "PhotoPrism®",
        "edition": "ce",
        "version": options.version,
        "flags": " ".join([*flags, "settings"]),
        "baseUri": base,
        "apiUri": f"{base}/api/v1",
        "contentUri": f"{base}/api/v1",
        "videoUri": f"{base}/api/v1",
        "siteUrl": options.own_site or f"{host_url.rstrip('/')}{base}/",
        "loginUri": f"{base}/library/login",
        "readonly": options.read_only,
        "uploadNSFW": False,
        "public": options.public,
        "authMode": "public" if options.public else "password",
        "experimental": False,
    }


def _disabled(state: State) -> Json:
    return {
        **dict.fromkeys(ABSENT.split(), True),
        "webdav": not state.options.webdav or state.options.public,
        "settings": False,
        "ffmpeg": False,
        "vips": False,
        "heifconvert": not state.options.converter,
    }


def _for_users(state: State, session: Session | None) -> Json:
    return {
        "settings": settings_of(state, session),
        "albums": [],
        "cameras": [{"ID": 1, "Slug": "zz", "Name": "Unknown", "Make": "", "Model": "Unknown"}],
        "lenses": [{"ID": 1, "Slug": "zz", "Name": "Unknown", "Make": "", "Model": "Unknown"}],
        "countries": [{"ID": "zz", "Slug": "zz", "Name": "Unknown"}],
        "categories": [
            {"UID": label.uid, "Slug": label.custom_slug, "Name": label.name}
            for label in state.catalog.labels.values()
            if label.deleted is None
        ],
        "thumbs": [{"size": "fit_720", "usage": "Mobile", "w": 720, "h": 720}],
        "years": sorted({p.year for p in state.catalog.photos.values() if p.year > 0}),
        "acl": _acl(session),
        "mapKey": "",
        "js": "app.js",
        "css": "app.css",
        "clip": 160,
    }


def _acl(session: Session | None) -> Json:
    full = session is None or session.role == "admin"
    rights = dict.fromkeys(("create", "delete", "download", "manage", "update"), full)
    rights |= {"full_access": full, "search": True, "view": True}
    return dict.fromkeys(("albums", "files", "labels", "photos", "webdav"), rights)


def counts(state: State) -> Json:
    """How many there are of each kind; the cheap answer to "has anything changed"."""
    catalog = state.catalog
    listed = [p for p in catalog.photos.values() if catalog.listed(p)]
    kinds = [album.type for album in catalog.live_albums()]
    uses = catalog.label_uses()
    known = {
        "all": len(listed),
        "photos": _count(listed, lambda p: p.type in ("image", "animated", "raw", "vector")),
        "live": _count(listed, lambda p: p.type == "live"),
        "videos": _count(listed, lambda p: p.type == "video"),
        "cameras": len({p.camera_model for p in listed}),
        "lenses": 1,
        "countries": len({p.country for p in listed}),
        "hidden": _count(list(catalog.photos.values()), lambda p: p.quality < 0),
        "archived": _count(
            list(catalog.photos.values()), lambda p: p.archived is not None and p.lost is None
        ),
        "favorites": _count(listed, lambda p: p.favorite),
        "review": _count(listed, lambda p: p.quality < 3),
        "private": _count(listed, lambda p: p.private),
        "albums": kinds.count("album"),
        "moments": kinds.count("moment"),
        "months": kinds.count("month"),
        "states": kinds.count("state"),
        "folders": kinds.count("folder"),
        "files": sum(not f.gone for f in catalog.files.values()),
        "people": len(catalog.subjects),
        "labels": len(uses),
        "labelMaxPhotos": max(map(len, uses.values()), default=0),
    }
    return {name: known.get(name, 0) for name in COUNTED.split()}


def _count(photos: list[Photo], test: object) -> int:
    assert callable(test)
    return sum(1 for photo in photos if test(photo))


def settings(call: Call) -> Answer:
    """The settings, which include what is allowed at all."""
    return reply(settings_of(call.state, call.session))


def save_settings(call: Call) -> Answer:
    """Only features can be changed here, by an administrator."""
    wanted = call.body.get("features")
    if isinstance(wanted, dict):
        off = {name for name, on in wanted.items() if name in FEATURES and not on}
        call.state.options.features_off = frozenset(off)
    return settings(call)


def settings_of(state: State, session: Session | None) -> Json:
    """What the session's user may use."""
    features = {name: feature_on(state.options, name) for name in FEATURES}
    if session is not None and session.role in ("guest", "visitor"):
        allowed = ("albums", "download", "search", "videos", "folders", "moments")
        features = {name: on and name in allowed for name, on in features.items()}
    return {
        "ui": {
            "scrollbar": True,
            "zoom": False,
            "theme": "default",
            "language": "en",
            "timeZone": "",
        },
        "search": {"batchSize": 0, "listView": True},
        "maps": {"animate": 0, "style": ""},
        "features": features,
        "import": {"path": "/", "move": False},
        "index": {"path": "/", "convert": True, "rescan": False, "skipArchived": False},
        "stack": {"uuid": True, "meta": True, "name": False},
        "share": {"title": ""},
        "download": {
            "name": "file",
            "disabled": False,
            "originals": True,
            "mediaRaw": False,
            "mediaSidecar": False,
        },
        "templates": {"default": "index.gohtml"},
    }


ROUTES = (
    Route(method="GET", pattern="status", view=status, kind="status"),
    Route(method="GET", pattern="config", view=config, kind="config"),
    Route(method="GET", pattern="settings", view=settings, kind="settings", scope="settings",
          roles=frozenset(("admin", "guest", "visitor", "client"))),
    Route(method="POST", pattern="settings", view=save_settings, kind="settings",
          scope="settings", roles=ADMIN),
)  # fmt: skip
