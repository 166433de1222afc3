"""What a process keeps between requests, so that a test begins without it."""

from kanban.board import audience, card_cache, counts, rendering
from kanban.cases import choices
from kanban.core import throttle
from kanban.live import updates
from kanban.sync import diff
from kanban.templatetags import board


def forget_everything() -> None:
    """What a process keeps, so that the next look is its first."""
    for kept in (board, rendering, audience, diff, choices, updates, throttle, card_cache, counts):
        kept.forget()
