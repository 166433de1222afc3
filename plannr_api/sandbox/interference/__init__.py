"""What stands between a request and its answer: faults, gates, calls to those who subscribed, the log, the rate.

Owns: nothing of a firm; all of it is emptied when the sandbox is reset.
Ask it through: any of its modules; World holds one of each.
May import: protocol, state.
"""
