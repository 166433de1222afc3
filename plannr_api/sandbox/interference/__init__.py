"""What stands between a request and its answer: faults, gates, webhook calls, the request log, the rate limit.

Owns: nothing of a firm; a reset of the sandbox clears it all.
Ask it through: any of its modules; World holds one of each.
May import: protocol, state.
"""
