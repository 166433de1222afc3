"""Two believable firms out of one number: people, cases, plans, and all that hangs on a case.

Owns: the words that names and texts are made of, and in which order they are drawn.
Ask it through: firm.
Keeps to itself: everything else; people also make what a test adds.
May import: state.
"""
