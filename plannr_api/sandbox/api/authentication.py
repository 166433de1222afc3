"""Which tokens are accepted."""

from ..protocol.http import Request
from ..state.clock import now
from ..state.records import Json
from ..world import World


def opens(world: World, request: Request) -> bool:
    """Whether the request has a personal token or an unexpired OAuth access token, of somebody who has not left."""
    if not request.person or request.token in world.expired or request.person in world.state.access.left:
        return False
    oauth = world.state.access.tokens.get(request.token)
    return oauth is None or good(oauth)


def good(record: Json) -> bool:
    """Whether a code or an OAuth token may still be used. Refresh tokens have no end, as none is documented."""
    return not record["dead"] and (record["until"] is None or now() < record["until"])
