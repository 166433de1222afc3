"""What a test or a demonstration does to the sandbox past Plannr's API.

Owns: the page and the URLs under /switchboard/, edits made in Plannr itself, people who leave and come back.
Ask it through: switchboard, external_edits, people.
May import: api, world, interference, protocol, seed, state.
"""
