"""What the board needs of the machine and the database. Nothing here knows a case, an account or Plannr.

Owns: releasing database connections, threads, caches, text, the firm's calendar, encryption and compression.
Ask it through: any of its modules.
May import: Django only.
"""
