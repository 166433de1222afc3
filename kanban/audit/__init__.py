"""The record: append-only, hashed line by line, read back as pages, tables and timelines.

Owns: Entry and Head.
Ask it through: log to write a line; queries, export, verification and time_in_status to read.
Keeps to itself: append_only, hash_chain.
May import: cases, accounts, models, core.
"""
