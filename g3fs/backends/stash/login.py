"""Getting the key that lasts, once, by name and password."""

from g3fs.backends.options import IssuedKey, ServerOptions
from g3fs.backends.stash.opening import server_name
from g3fs.clients.stash.client import open_client
from g3fs.clients.stash.login import Login
from g3fs.gallery.errors import Invalid, NotSupported


def log_in_stash(options: ServerOptions) -> IssuedKey:
    """The API key of the server. It is never made here: a new one ends the one in use elsewhere.

    Raises:
        NotAGallery: there is no Stash.
        LoginRefused: a wrong name or password.
        Invalid: the server has no login.
        NotSupported: it has no key yet.
    """
    user = options.username or ""
    login = Login(username=user, password=options.password or "")
    with open_client(options.url, login, options=options.http) as client:
        if client.facts.open_server:
            raise Invalid("this Stash is open to everybody: mount it without logging in")
        key = client.server.api_key()
        if key is None:
            raise NotSupported(
                "this Stash has no API key yet: make one in its settings, under Security"
            )
        return IssuedKey(user=user, key=key, server=server_name(client.facts))
