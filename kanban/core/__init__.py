"""The machine and the database, used sparingly. Nothing here knows a case, an account or Plannr.

Owns: connections lent and given back, threads, small caches, text, the firm's calendar, sealed and compressed bytes.
Ask it through: any of its modules.
May import: Django only.
"""
