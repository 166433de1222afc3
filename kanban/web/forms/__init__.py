"""What a browser may send, and what is made of it: commands for the writes, filters for the board.

Owns: the reading of what people type and choose.
Ask it through: the form that a view names.
May import: web.messages, and everything below web.
"""
