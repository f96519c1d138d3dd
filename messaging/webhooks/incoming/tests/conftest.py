import pytest

from .hooked import Hook


@pytest.fixture
def hook(lobby, ana):
    """A webhook of the Lobby, which Ana made."""
    return Hook(lobby, ana)
