"""A home of its own for each test."""

import pytest

from g3fs.config.surroundings import Surroundings


@pytest.fixture
def around(tmp_path):
    return Surroundings(
        uid=1000,
        gid=1001,
        config_files=(tmp_path / "config.toml", tmp_path / "system.toml"),
        cache_home=tmp_path / "cache",
        state_home=tmp_path / "state",
        data_home=tmp_path / "data",
    )


@pytest.fixture
def private(tmp_path):
    """Writes a file that only its owner may read."""

    def write(text, name="secrets", mode=0o600):
        file = tmp_path / name
        file.write_text(text)
        file.chmod(mode)
        return file

    return write
