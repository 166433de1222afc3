"""Plannr's API as the sandbox answers it: lists and single objects, filters, checks, and the sign-in.

Owns: what each URL of Plannr's does to the firm, and what it answers.
Ask it through: cases, listings, related, webhooks, oauth_authorize, oauth_token; authentication for who is calling.
Keeps to itself: filters, validation, oauth_consent; paging, except for reading the parameters of a URL.
May import: world, interference, protocol, seed, state.
"""
