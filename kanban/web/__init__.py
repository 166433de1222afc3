"""HTTP: who may use a URL, what a browser may send, and what a person reads.

Owns: requests, forms, sentences and pages; nothing that is stored.
Ask it through: URLs.
May import: everything below.
"""
