"""What the user asked for cannot be; str() is one line that says what to change."""


class ConfigError(Exception):
    """An option, a file or an address that g3fs cannot use as it is."""


class NotBuilt(ConfigError):
    """Something that g3fs is meant to do and does not do yet."""
