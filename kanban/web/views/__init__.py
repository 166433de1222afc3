"""A function for each URL: who may use it, what was asked, what is answered.

Owns: nothing.
Ask it through: kanban.urls.
May import: web.forms, web.messages, and everything below web.
"""
