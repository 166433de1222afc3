"""What the board looks like: columns, lanes, counts and cards, rendered once for all who see the same.

Owns: nothing that is stored; this process caches what it has rendered until something changes.
Ask it through: board, rendering, export; view_state and lanes for how it is looked at; card_view, placement and
    audience for one card of it.
Keeps to itself: card_cache, counts.
May import: search, sync, audit, cases, accounts, models, core. Never writes.
"""
