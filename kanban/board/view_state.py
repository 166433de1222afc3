"""How one browser looks at the board: through which filters, and with which columns folded."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kanban.models import Column
from kanban.search.filters import BoardQuery


@dataclass(frozen=True)
class FoldedColumns:
    """Which columns this browser has folded or opened: at first completed ones are folded, the others are not."""

    turned: frozenset[UUID] = frozenset()

    @classmethod
    def read(cls, text: str) -> FoldedColumns:
        """From a cookie; what is not a uuid is left out."""
        parts = [part for part in text.split(".")[:200] if len(part) == 32 and part.isalnum()]
        return cls(frozenset(UUID(part) for part in parts if all(c in "0123456789abcdef" for c in part)))

    def write(self) -> str:
        return ".".join(sorted(status.hex for status in self.turned))

    def folded(self, column: Column) -> bool:
        return column.completed != (column.status in self.turned)

    def turn(self, status: UUID) -> FoldedColumns:
        return FoldedColumns(self.turned ^ {status})


@dataclass(frozen=True)
class ViewState:
    """How one browser looks at the board: through which lens, and with which columns folded."""

    folds: FoldedColumns = field(default_factory=FoldedColumns)
    lens: BoardQuery = field(default_factory=BoardQuery)

    def folded(self, column: Column) -> bool:
        """Where only completed cases are asked for, it is the other way round: their column is open, the others not."""
        return self.folds.folded(column) != self.lens.of_completed
