"""Takes Plannr's answers into our tables. The mirror holds only what Plannr answered, never what we expect.

Owns: Column, Card, Visibility, Facet; the numbered change log, which tells a page what is new since a number.
Ask it through: refresh, change_log, webhooks.
Keeps to itself: diff, publish, ordering, external_changes; schedule, except whether a read is fresh.
May import: audit, cases, accounts, models, core. Never writes, which settles what follows from a read.
"""
