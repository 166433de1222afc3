"""Bytes of Plannr's to objects, whatever the bytes are.

Owns: the envelope of an answer, what a value may look like and still be read, which characters are kept.
Ask it through: envelope, raw_list; lenient and sanitise where there is JSON without an envelope.
May import: models.
"""
