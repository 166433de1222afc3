"""Which cases somebody wants to see, in which order, and under which name that is saved.

Owns: View and Opening; the full-text index.
Ask it through: filters for what a board is asked for; query_string for its address; sorting, chips, saved_views.
Keeps to itself: fulltext.
May import: audit, cases, accounts, models, core. Never sync: searching needs the cases, not their origin.
"""
