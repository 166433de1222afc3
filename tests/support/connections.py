"""Connections to Plannr, which a process keeps open between requests."""

from kanban.accounts import clients, tokens


def disconnect_all() -> None:
    """Close every one; the next call opens its own."""
    for cached in (clients._client, clients._client_of, tokens._oauth):
        cached.cache_clear()
