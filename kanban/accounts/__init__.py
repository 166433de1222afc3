"""Who is signed in, through which Plannr account, and with which rights. Only this package reads tokens.

Owns: Connection, Person, Session, Grant; signing in with Plannr or here, and what ends it.
Ask it through: connections, permissions, sessions, local_accounts, lockout.
Keeps to itself: tokens.
May import: models, core, plannr_api.
"""
