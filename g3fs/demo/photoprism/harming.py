"""What tests do to a site that no client can do."""

from collections.abc import Callable, Mapping

from g3fs.demo.photoprism.disk import put
from g3fs.demo.photoprism.rows import File
from g3fs.demo.photoprism.state import State

Json = Mapping[str, object]


def harm(state: State, data: Json) -> object:
    """One of these; what comes back says what was touched.

    {"kind": "restart"}: tokens for bytes are 403 until a call with that user's key.
    {"kind": "expire_sessions"}: logins are over; app passwords stay. With "all": they too.
    {"kind": "expire_tokens"}: other tokens from now on.
    {"kind": "limit_logins"}, {"kind": "release_logins"}: 429 at login, and its end.
    {"kind": "lose", "file": "a/b.jpg"}: the file is gone from the disk, the index knows nothing.
    {"kind": "replace", "file": "a/b.jpg", "text": "...", "mtime": 1700000000}: other bytes.
    {"kind": "options", "read_only": true, ...}: change options while the server runs.

    Raises:
        ValueError: what is asked for makes no sense.
    """
    work = _WORKS.get(str(data.get("kind")))
    if work is None:
        raise ValueError(f"no such damage: {data.get('kind')!r}; known: {', '.join(_WORKS)}")
    with state.lock:
        return work(state, data)


def _restart(state: State, _data: Json) -> object:
    state.accounts.forget_tokens()
    state.folder_answers.clear()
    return {}


def _expire_sessions(state: State, data: Json) -> object:
    everything = data.get("all") is True
    gone = [s for s in state.accounts.sessions.values() if everything or s.provider == "local"]
    for session in gone:
        del state.accounts.sessions[session.key]
    return {"sessions": len(gone)}


def _expire_tokens(state: State, _data: Json) -> object:
    state.accounts.renew_tokens()
    return {}


def _limit_logins(state: State, _data: Json) -> object:
    state.accounts.brake.exhaust("127.0.0.1")
    return {}


def _release_logins(state: State, _data: Json) -> object:
    state.accounts.brake.release()
    return {}


def _lose(state: State, data: Json) -> object:
    file = _file(state, data)
    state.disk_of(file.root).remove(file.name)
    return {"file": file.uid}


def _replace(state: State, data: Json) -> object:
    file = _file(state, data)
    mtime = data.get("mtime")
    when = mtime * 1_000_000_000 if isinstance(mtime, int) else None
    put(state.disk_of(file.root), file.name, str(data.get("text", "")).encode("latin-1"), when)
    return {"file": file.uid}


def _file(state: State, data: Json) -> File:
    name = str(data.get("file"))
    found = state.catalog.file_named(name) or state.catalog.file_with(name)
    if found is None:
        raise ValueError(f"no file {name!r}")
    return found


def _options(state: State, data: Json) -> object:
    for name, value in data.items():
        if name == "kind":
            continue
        if not hasattr(state.options, name):
            raise ValueError(f"no option {name!r}")
        old = getattr(state.options, name)
        setattr(state.options, name, frozenset(value) if isinstance(old, frozenset) else value)  # type: ignore[call-overload]  # a list, if the caller means it
    return {}


_WORKS: Mapping[str, Callable[[State, Json], object]] = {
    "restart": _restart,
    "expire_sessions": _expire_sessions,
    "expire_tokens": _expire_tokens,
    "limit_logins": _limit_logins,
    "release_logins": _release_logins,
    "lose": _lose,
    "replace": _replace,
    "options": _options,
}
