"""The commands, and what they share: how processes are started and watched, how a Plannr account is examined.

Owns: what the commands print; the processes of the demo.
Ask it through: manage.py.
May import: web.messages and web.forms, and everything below web.
"""
