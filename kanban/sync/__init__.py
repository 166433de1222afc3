"""Takes Plannr's answers into our tables. The mirror holds only what Plannr answered, never what we expect.

Owns: Column, Card, Visibility, Facet; the numbered change log, which tells a page what is new since a number.
Ask it through: refresh, schedule and webhooks for whole readings; lookup and absorb for single ones; publish for the
    columns; change_log for what is new.
Keeps to itself: diff, ordering, external_changes, facets.
May import: audit, cases, accounts, models, core. Never writes, which settles what follows from a read.
"""
