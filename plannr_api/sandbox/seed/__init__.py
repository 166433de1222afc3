"""Two believable firms from one seed: people, cases, plans, and all that belongs to a case.

Owns: the words that names and texts are made of, and the order in which they are picked.
Ask it through: firm.
Keeps to itself: everything else; tests also use people.
May import: state.
"""
