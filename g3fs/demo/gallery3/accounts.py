"""Users, passwords and keys. Passwords live as long as the process, keys as long as the data."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.rows import ADMIN_ID, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who can log in."""

    username: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)


class Accounts:
    """Who may log in, and who a key belongs to."""

    def __init__(
        self,
        gallery: Gallery,
        names: tuple[str, ...],
        passwords: Mapping[str, str],
        keys: Mapping[str, str],
    ) -> None:
        self._gallery = gallery
        self._known: dict[str, Account] = {}
        by_name = {user.name: user for user in gallery.users}
        for number, name in enumerate(names):
            user = by_name.get(name) or User(
                id=ADMIN_ID + number, name=name, key=secrets.token_hex(16), admin=number == 0
            )
            user.key = keys.get(name, user.key)
            gallery.users.put(user)
            password = passwords.get(name) or secrets.token_urlsafe(12)
            self._known[name] = Account(username=name, password=password, api_key=user.key)
        self._by_key = {user.key: user for user in gallery.users}

    def __getitem__(self, name: str) -> Account:
        """The account of that user."""
        return self._known[name]

    def user_id(self, name: str) -> int:
        """The number of that user."""
        return self._by_key[self._known[name].api_key].id

    def log_in(self, name: str, password: str) -> str | None:
        """The key; None if name or password are wrong. Names ignore case."""
        account = self._known.get(name.lower())
        if account is None or not hmac.compare_digest(
            account.password.encode(), password.encode(errors="replace")
        ):
            return None
        return account.api_key

    def of_key(self, key: str) -> User | None:
        """Who has this key; case and trailing blanks do not matter."""
        return self._by_key.get(key.rstrip(" ").lower())

    def reset_key(self, name: str) -> str:
        """Give a user a new key; the old one is dead at once."""
        old = self._known[name]
        user = self._by_key.pop(old.api_key)
        user.key = secrets.token_hex(16)
        self._by_key[user.key] = self._gallery.users.put(user)
        self._known[name] = Account(username=name, password=old.password, api_key=user.key)
        return user.key
