"""What the board looks like: columns, lanes, counts and cards, drawn once for all who see the same.

Owns: nothing that is stored; what of it is kept in this process until something changes.
Ask it through: board, rendering, export.
Keeps to itself: audience, card_cache, counts.
May import: search, sync, audit, cases, accounts, models, core. Never writes.
"""
