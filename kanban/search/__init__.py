"""Which cases somebody wants to see, in which order, and under which name that is kept.

Owns: View and Opening; the full-text index.
Ask it through: filters, sorting, chips, saved_views.
May import: audit, cases, accounts, models, core. Never sync: it asks what is there, not where it came from.
"""
