"""What somebody may do here: their role on the board, limited by what Plannr allows their account."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from kanban.models import Connection, Person, Role

ROLE_ORDER = (Role.VIEWER, Role.EDITOR, Role.MANAGER)
COLUMN_ADMINS = ("owner", "admin")  # of a firm in Plannr


@dataclass(frozen=True)
class Rights:
    role: Role
    can_write: bool = True  # in Plannr
    keeps_columns: bool = False  # may set the rules of columns, and change statuses in Plannr
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
        """Whether this role includes the given one."""
        return ROLE_ORDER.index(self.role) >= ROLE_ORDER.index(role)


def rights_of(person: Person | None, connection: Connection) -> Rights:
    """Without a sign-in there is no person, and whoever reaches the board may do what its token may do."""
    role = Role(person.role) if person else Role.EDITOR
    rights = Rights(role, can_write=connection.can_write, can_delete=connection.can_delete)
    return replace(rights, keeps_columns=_keeps_columns(rights, connection))


def _keeps_columns(rights: Rights, connection: Connection) -> bool:
    """The board's managers; with Plannr's sign-in, those who run the firm there; without any, whoever may move."""
    if settings.SIGN_IN == "plannr":
        return rights.can_move and connection.role.casefold() in COLUMN_ADMINS
    return rights.manages if settings.SIGN_IN == "accounts" else rights.can_move
