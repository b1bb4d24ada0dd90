"""Getting a key that lasts, once, by name and password."""

from g3fs.backends.gallery3.opening import open_there
from g3fs.backends.options import IssuedKey, ServerOptions
from g3fs.clients.gallery3.client import Login


def log_in_gallery3(options: ServerOptions) -> IssuedKey:
    """The user's API key, which lasts until it is changed.

    Raises:
        LoginRefused: a wrong name or password.
        NotAGallery, NotSupported, Maintenance: there is none, or it cannot be used.
    """
    user, password = options.username or "", options.password or ""
    login = Login(username=user, password=password)
    with open_there(options, login) as client:
        key = client.api.login(user, password)
    return IssuedKey(user=user, key=key, server="Gallery 3")
