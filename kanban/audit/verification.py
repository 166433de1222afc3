"""Whether the record is as it was written: a walk along the chain, from its first line to its head."""

from __future__ import annotations

from collections.abc import Iterator

from kanban.audit import hash_chain
from kanban.models import Entry, Head


class Walk:
    """One walk. It holds a few lines at a time, however long the record is; others may add to it meanwhile."""

    def __init__(self, wanted: str = "") -> None:
        self.wanted = wanted  # a hash that somebody wrote down: one line must still have it
        self.count = self.number = 0  # lines read, and the number of the last one
        self.hash = ""  # of the line read last

    def faults(self) -> Iterator[str]:
        """A sentence for each line that is not as it was written."""
        head = Head.objects.filter(pk=1).first() or Head()  # first: what is added from now on comes after it
        found = not self.wanted
        for line in Entry.objects.order_by("number").values("hash", *hash_chain.FIELDS).iterator(chunk_size=500):
            yield from self._against(line)
            found = found or line["hash"] == self.wanted
            if line["number"] == head.number and line["hash"] != head.hash:
                yield f"Line {head.number} is not the one that was written last: its hash is not that of the head."
        yield from self._end(head)
        if not found:
            yield f"No line has the hash {self.wanted}: the record was cut short or written anew since that was noted."

    def _against(self, line: hash_chain.Line) -> Iterator[str]:
        number = line["number"]
        if number < 1:
            yield f"Line {number} was put in: numbers begin at 1."
        elif number > self.number + 1:
            yield _missing(self.number + 1, number - 1)
        elif line["previous"] != self.hash:
            yield _unlinked(number)
        if hash_chain.digest(line) != line["hash"]:
            yield f"Line {number} was changed: its hash does not fit what it says."
        self.count, self.number, self.hash = self.count + 1, max(number, 0), line["hash"]

    def _end(self, head: Head) -> Iterator[str]:
        """Was the end cut off, or were lines put in? The head is read again, as it may have moved on."""
        now = Head.objects.filter(pk=1).first()
        if self.number < head.number:
            yield _missing(self.number + 1, head.number)
        if now is None and self.count:
            yield "The head of the record is missing."
        elif now:
            for number in range(now.number + 1, self.number + 1):
                yield f"Line {number} was put in: the record ends with line {now.number}."


def _missing(first: int, last: int) -> str:
    return f"Line {first} is missing." if first == last else f"Lines {first} to {last} are missing."


def _unlinked(number: int) -> str:
    before = f"line {number - 1}" if number > 1 else "the beginning of the record"
    return f"Line {number} does not follow {before}: one of the two was changed, put in or taken from another place."
