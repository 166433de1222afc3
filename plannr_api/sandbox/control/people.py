"""What becomes of the people: their rights, their coming and going, and the tokens they were given."""

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
    """Their personal token is good again. What OAuth gave them stays dead: they sign in anew."""
    world.change({"do": "come_back", "person": world.person(person)})


def expire_access(world: World, person: str) -> None:
    """Their OAuth access tokens are refused from now on; the refresh tokens stay good."""
    world.change({"do": "expire", "person": world.person(person), "at": now()})


def revoke(world: World, person: str) -> None:
    """All that OAuth gave them is dead, refresh tokens and unused codes too. They may sign in anew."""
    world.change({"do": "revoke", "person": world.person(person)})
