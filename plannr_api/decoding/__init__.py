"""Turns Plannr's bytes into objects, whatever the bytes are.

Owns: the envelope of an answer, which forms of a value can be read, which characters may pass.
Ask it through: envelope, raw_list; lenient and sanitise where there is JSON without an envelope.
May import: models.
"""
