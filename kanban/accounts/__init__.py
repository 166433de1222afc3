"""Who is signed in, through which Plannr account, and with which rights. Only this package reads tokens.

Owns: Connection, Person, Session, Grant; signing in with Plannr or here, and what ends it.
Ask it through: connections, permissions, sessions, local_accounts, lockout; clients for whoever speaks to Plannr;
    oauth and access_checks for the pages that sign in; tokens for the server that renews them.
May import: models, core, plannr_api.
"""
