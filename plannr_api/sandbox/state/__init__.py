"""What the sandbox holds: the records of its firms, how they change, where they are stored, how it behaves.

Owns: State, Firm and Access, the file that stores them, the clock, the order of a column, the dialects.
Ask it through: any of its modules.
May import: nothing.
"""
