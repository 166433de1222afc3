"""What a case is: its fields, how Plannr and people write them, and what a column can require of it.

Owns: the mapping of Plannr's answers to our rows, revisions, formats, when it is stale, what only Plannr knows of it.
Ask it through: fields, formats, mapping, revisions, choices, requirements, remote_parts, staleness.
May import: accounts, models, core, plannr_api.
"""
