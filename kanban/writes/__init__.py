"""Everything that changes something in Plannr: written down, looked at, sent once, confirmed or settled by reading.

Owns: Move, Edit and Bulk, the journal that is also the lock.
Ask it through: moves, edits, lifecycle, bulk, statuses, column_rules, recovery; what they take is in commands.
Keeps to itself: journal, side_effects, positions.
May import: sync, audit, cases, accounts, models, core. Never board, live or web: it returns a write, not a
    sentence.
"""
