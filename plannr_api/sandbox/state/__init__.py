"""What the sandbox holds: the records of its firms, how they change, where they are kept, how it behaves.

Owns: State, Firm and Access, the file they are kept in, the clock, the order of a column, the dialects.
Ask it through: any of its modules.
May import: nothing.
"""
