"""How things are shown: tags and filters for templates. Nothing here asks the database.

Owns: how a date, an amount, a colour and an address are written on a page.
Ask it through: templates.
May import: web.forms and web.messages; board, search, cases, models and core.
"""
