"""The people: their rights, whether they have left, and their tokens."""

from ..state.clock import now
from ..world import World


def rights(world: World, person: str, write: bool) -> None:
    """Whether the person may write, in every firm they work for."""
    with world.lock:
        for firm in world.state.firms:
            world.change({"do": "rights", "person": world.person(person), "write": write}, firm)


def leave(world: World, person: str) -> None:
    """All their tokens are refused from now on, and nobody signs in as them."""
    world.change({"do": "leave", "person": world.person(person)})


def come_back(world: World, person: str) -> None:
    """Their personal token is valid again. Their OAuth tokens stay invalid: they have to sign in again."""
    world.change({"do": "come_back", "person": world.person(person)})


def expire_access(world: World, person: str) -> None:
    """Their OAuth access tokens are refused from now on; the refresh tokens stay valid."""
    world.change({"do": "expire", "person": world.person(person), "at": now()})


def revoke(world: World, person: str) -> None:
    """All their OAuth tokens become invalid, with refresh tokens and unused codes. They may sign in again."""
    world.change({"do": "revoke", "person": world.person(person)})
