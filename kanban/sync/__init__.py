"""Plannr into our tables. The mirror holds what Plannr has answered and nothing that we only hope.

Owns: Column, Card, Visibility, Facet; the numbered change log of which pages ask what is new since a number.
Ask it through: refresh, change_log, webhooks.
Keeps to itself: diff, publish, ordering, external_changes; schedule but for whether a reading is fresh.
May import: audit, cases, accounts, models, core. Never writes: what follows a reading is settled by writes.
"""
