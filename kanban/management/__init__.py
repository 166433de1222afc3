"""The commands, and what they share: how processes are started and watched, how an account of Plannr's is looked at.

Owns: the looks and words of commands; the processes of the demo.
Ask it through: manage.py.
May import: web.messages and web.forms, and everything below web.
"""
