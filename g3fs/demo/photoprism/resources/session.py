"""session, oauth: logging in and out, keys for programs."""

import base64
import binascii
from collections.abc import Mapping

from g3fs.demo.photoprism.accounts import PUBLIC_KEY, Session, User, new_key
from g3fs.demo.photoprism.calls import MEMBERS, Call, Route
from g3fs.demo.photoprism.replies import (
    NOT_KEPT,
    Answer,
    Refused,
    bad_form,
    forbidden,
    plain,
    refused,
    refused_bare,
    reply,
)
from g3fs.demo.photoprism.resources.config import config_of
from g3fs.demo.photoprism.times import to_second

Json = dict[str, object]
CLIENT_LIFETIME_S = 86_400
HIDDEN = {"UID": "u000000000000002", "Name": "", "Role": "visitor"}


def log_in(call: Call) -> Answer:
    """User and password, or the token of a share link."""
    state, accounts = call.state, call.state.accounts
    if state.options.public:
        return _public(call)
    body = call.body
    if isinstance(body.get("token"), str) and not body.get("username"):
        return _visitor(call, str(body["token"]))
    address = call.request.remote_addr or ""
    if accounts.brake.on(address):
        raise refused(429, "rate limit exceeded")
    user = accounts.check_password(str(body.get("username", "")), str(body.get("password", "")))
    if user is None:
        accounts.brake.failed(address)
        answer = refused_bare(401, "Invalid credentials").answer
        answer.headers.extend(NOT_KEPT)
        raise Refused(answer)
    if call.session is not None and call.session.provider == "local":
        accounts.sessions.pop(call.session.key, None)
    session = accounts.keep(
        Session(
            key=new_key(), user=user, provider="local", lifetime_s=state.options.session_max_age_s
        )
    )
    return reply(session_json(call, session), headers=NOT_KEPT)


def _public(call: Call) -> Answer:
    session = public_session(call)
    return reply(session_json(call, session), headers=NOT_KEPT)


def public_session(call: Call) -> Session:
    """The session of everybody on a site without logins."""
    admin = call.state.accounts.admin
    return Session(key=PUBLIC_KEY, user=admin, provider="default", lifetime_s=0)


def _visitor(call: Call, token: str) -> Answer:
    state = call.state
    links = [link for link in state.catalog.links.values() if link.token == token]
    if not links:
        raise refused_bare(401, "Invalid credentials")
    for link in links:
        link.views += 1
    user = User(
        id=-2, uid=HIDDEN["UID"], name="", role="visitor", password="",
        download_token=state.catalog.uids.word(8), preview_token=state.catalog.uids.word(8),
    )  # fmt: skip
    session = state.accounts.keep(
        Session(
            key=new_key(),
            user=user,
            provider="link",
            shares=tuple(link.share_uid for link in links),
            link_tokens=(token,),
            lifetime_s=CLIENT_LIFETIME_S,
        )
    )
    return reply(session_json(call, session))


def read_session(call: Call) -> Answer:
    """What a login answered; renews nothing."""
    if call.session is None:
        return _public(call)
    return reply(session_json(call, call.session))


def log_out(call: Call) -> Answer:
    """The key is dead afterwards."""
    session = call.session or public_session(call)
    call.state.accounts.sessions.pop(session.key, None)
    return reply({"session_id": session.session_id, "status": "deleted"})


def session_json(call: Call, session: Session) -> Json:
    """A session with its user and the configuration as that user sees it."""
    state = call.state
    own = session.provider in ("local", "default", "link")
    row: Json = {
        "status": "success",
        "id": session.key,
        "provider": session.provider,
        "user": _user(session),
        "data": {
            "tokens": list(session.link_tokens) or None,
            "shares": list(session.shares) or None,
        },
        "config": config_of(state, session, call.request.host_url),
    }
    if state.options.old_sessions:
        return row
    if own:
        row["access_token"] = session.key
        row["session_id"] = session.session_id
    return row | {
        "token_type": "Bearer",
        "expires_in": state.accounts.left_s(session) if session.lifetime_s else 0,
        "scope": session.scope,
    }


def _user(session: Session) -> Json:
    user = session.user
    assert user is not None
    admin = user.role == "admin"
    return {
        "ID": user.id,
        "UID": user.uid,
        "AuthProvider": "local",
        "Name": user.name,
        "DisplayName": user.display_name,
        "Email": "",
        "Role": user.role,
        "SuperAdmin": admin,
        "CanLogin": user.role != "visitor",
        "LoginAt": to_second(session.created),
        "WebDAV": user.webdav,
        "BasePath": "",
        "UploadPath": "",
        "CanInvite": admin,
    }


def oauth_token(call: Call) -> Answer:
    """A key for a client by its secret, or an app password by a user's password."""
    if call.request.mimetype == "application/json":
        body = call.body
        if body.get("grant_type") == "password":
            return _app_password(call, body)
        raise _bad_client()
    form = dict(call.request.form)
    form |= _basic(call.request.headers.get("Authorization", ""))
    client = call.state.accounts.clients.get(form.get("client_id", ""))
    if client is None or client.secret != form.get("client_secret"):
        raise _bad_client()
    user = None if client.user is None else call.state.accounts.users[client.user]
    session = call.state.accounts.keep(
        Session(
            key=new_key(),
            user=user,
            provider="client",
            scope=client.scope,
            lifetime_s=CLIENT_LIFETIME_S,
            client_name=client.name,
        )
    )
    return reply(_token_json(session, CLIENT_LIFETIME_S), headers=NOT_KEPT)


def _app_password(call: Call, body: Mapping[str, object]) -> Answer:
    session = call.session
    if session is None or session.provider != "local" or session.user is None:
        raise refused(401, "Please log in to your account")
    accounts = call.state.accounts
    user = accounts.check_password(str(body.get("username", "")), str(body.get("password", "")))
    if user is not session.user:
        raise _bad_client()
    made = accounts.make_app_password(
        session.user, str(body.get("scope") or "*"), str(body.get("client_name") or "")
    )
    wanted = body.get("expires_in")
    if isinstance(wanted, int) and wanted > 0:
        made.lifetime_s = wanted
    return reply(_token_json(made, made.lifetime_s), headers=NOT_KEPT)


def _token_json(session: Session, lifetime_s: int) -> Json:
    return {
        "access_token": session.key,
        "client_name": session.client_name,
        "expires_in": lifetime_s,
        "scope": session.scope,
        "session_id": session.session_id,
        "status": "success",
        "token_type": "Bearer",
    }


def _basic(header: str) -> dict[str, str]:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _bad_client() -> Refused:
    data = b'{"code":40,"error":"invalid credentials","message":"Invalid credentials"}'
    kind = "application/json; charset=utf-8"
    return Refused(plain(401, data, kind, NOT_KEPT))


def oauth_revoke(call: Call) -> Answer:
    """End a key."""
    token = call.request.form.get("token", "")
    session = call.state.accounts.sessions.pop(token, None)
    if session is None:
        raise bad_form()
    body = {"session_id": session.session_id, "status": "deleted"}
    return reply(body, headers=NOT_KEPT)


def user_sessions(call: Call) -> Answer:
    """Only a login may see the list."""
    if call.session is None or call.session.provider != "local":
        raise forbidden()
    sessions = [s for s in call.state.accounts.sessions.values() if s.user is call.session.user]
    rows = [{"ID": s.session_id, "ClientName": s.client_name, "Scope": s.scope} for s in sessions]
    return call.listing(rows, len(rows))


ROUTES = (
    *(
        route
        for word in ("session", "sessions")
        for route in (
            Route(method="POST", pattern=word, view=log_in, kind="login"),
            Route(method="GET", pattern=word, view=read_session, kind="session",
                  scope="sessions", roles=MEMBERS),
            Route(method="DELETE", pattern=word, view=log_out, kind="session",
                  scope="sessions", roles=MEMBERS),
        )
    ),
    Route(method="POST", pattern="oauth/token", view=oauth_token, kind="oauth"),
    Route(method="POST", pattern="oauth/revoke", view=oauth_revoke, kind="oauth"),
    Route(method="GET", pattern="users/:user/sessions", view=user_sessions, kind="session",
          scope="sessions"),
)  # fmt: skip
