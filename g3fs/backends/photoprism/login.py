"""Getting a key that lasts, once, by name and password."""

import logging
import platform

from g3fs.backends.options import IssuedKey, ServerOptions
from g3fs.backends.photoprism.opening import server_name
from g3fs.clients.photoprism.client import Client, open_client
from g3fs.clients.photoprism.login import Login
from g3fs.gallery.errors import AccessDenied, Invalid, NotSupported

log = logging.getLogger(__name__)

_REFUSALS = (AccessDenied, Invalid, NotSupported)


def log_in_photoprism(options: ServerOptions) -> IssuedKey:
    """Make an app password, which lasts a year; where that may not be, keep the session.

    Raises:
        NotAGallery: there is no PhotoPrism.
        LoginRefused: a wrong name or password.
        Invalid: the site is in public mode, where there is nothing to log in to.
        Busy: too many failed logins from this machine.
    """
    user, password = options.username or "", options.password or ""
    login = Login(username=user, password=password)
    client = open_client(options.url, login, options=options.http)
    try:
        config = client.facts.config
        if config.public:
            raise Invalid("this PhotoPrism is in public mode: mount it without logging in")
        server = server_name(config)
        try:
            key = _app_password(client, user, password)
        except _REFUSALS as exc:
            log.debug("no app password: %s", exc)
            return IssuedKey(
                user=user,
                key=client.keep_session(),
                server=server,
                remark="The server makes no app password for this user: the login ends after two"
                " weeks, or one without use.",
            )
        return IssuedKey(user=user, key=key, server=server)
    finally:
        client.close()


def _app_password(client: Client, user: str, password: str) -> str:
    access = client.sessions.new_app_password(user, password, name=f"g3fs on {platform.node()}")
    return access.key
