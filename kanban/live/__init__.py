"""Open boards: who listens, what is new for them, when they are told, and who else is here.

Owns: Presence, and the streams of this process. A stream only saves requests; the contract is what is new since N.
Ask it through: watcher, streams, updates, presence.
Keeps to itself: broadcast, budget, upkeep.
May import: board, writes, sync and below. Never web: it takes a person, a connection and the key of a session.
"""
