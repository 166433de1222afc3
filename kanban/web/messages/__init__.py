"""What a person reads: every sentence that says what happened, why, and what to do next.

Owns: the words for the codes that everything below answers with.
Ask it through: reasons for why something went wrong; moves, edits, bulk and audit for what became of it.
May import: everything below web.
"""
