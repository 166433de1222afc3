"""What somebody may do here: their role on the board, narrowed by what Plannr lets their account do."""

from __future__ import annotations

from dataclasses import dataclass

from kanban.models import Connection, Person, Role

LADDER = (Role.VIEWER, Role.EDITOR, Role.MANAGER)


@dataclass(frozen=True)
class Rights:
    role: Role
    can_write: bool = True  # in Plannr
    can_delete: bool = False  # in Plannr

    @property
    def can_move(self) -> bool:
        return self.can_write and self.allows(Role.EDITOR)

    @property
    def may_delete(self) -> bool:
        return self.can_move and self.can_delete

    @property
    def manages(self) -> bool:
        return self.role == Role.MANAGER

    def allows(self, role: Role) -> bool:
        """Whether this role reaches as far as the one that is asked for."""
        return LADDER.index(self.role) >= LADDER.index(role)


def rights_of(person: Person | None, connection: Connection) -> Rights:
    """Without a sign-in there is nobody, and whoever reaches the board may do what its token may."""
    return Rights(Role(person.role) if person else Role.EDITOR, connection.can_write, connection.can_delete)
