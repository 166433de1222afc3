"""Everything that changes something in Plannr: written down, looked at, sent once, confirmed or settled by reading.

Owns: Move, Edit, ColumnChange, PutBack and Bulk, the journal that is also the lock.
Ask it through: moves, edits, lifecycle, bulk, statuses, column_rules, recovery; what they take is in commands;
    positions for who stands beside a card, side_effects for what is known of an account's habits.
Keeps to itself: protocol, journal.
May import: sync, audit, cases, accounts, models, core. Never board, live or web: it returns a write, not a
    sentence.
"""
