"""How fast it has to be, on two cores, warm: the median within the bound, the 95th percentile within 2.5 times it."""

from __future__ import annotations

from dataclasses import dataclass

TAIL = 2.5
FEW, SOME, MANY, ALL = "100 open cases", "1,000 open cases", "5,000 open cases", "10,000 open cases"

TEAM = "300 boards, 2+0/s"


@dataclass(frozen=True)
class Budget:
    figure: str
    most: float  # or, with `least`, at least
    where: str = ""  # everywhere, if nothing else is said
    than: str = ""  # times the same figure there
    of_floor: bool = False  # times its floor
    least: bool = False
    slack: float = 0.0  # what is too small to be told apart
    tail: float = TAIL  # p95, in times of the bound; 0 asks nothing of it


BUDGETS = [
    Budget("board: page", 25, SOME),
    Budget("board: page", 1.5, ALL, than=SOME),
    Budget("board: a second, 8 at once", 100, SOME, least=True),
    Budget("board: requests to Plannr", 0, tail=0),
    Budget("board: no page, while the mirror is read", 0, tail=0),
    Budget("move: own work, Plannr at 0 ms", 15),
    Budget("move: own work, Plannr at 80 ms", 15),
    Budget("move: answer", 15, tail=0),
    Budget("move: requests to Plannr", 2, tail=0),
    Budget("browser: painted, first visit", 250, ALL),
    Budget("browser: painted, later visit", 250, ALL),
    Budget("browser: longest task, first visit", 50, ALL, tail=1),
    Budget("browser: longest task, later visit", 50, ALL, tail=1),
    Budget("browser: longest task, drag and drop", 50, ALL, tail=1),
    Budget("browser: over the wire, first visit", 150, tail=0),
    Budget("browser: over the wire, later visit", 40, SOME, tail=0),
    Budget("browser: drop to settled, own", 150),
    Budget("server: memory", 200, ALL, tail=0),
    Budget("load: drop to another's screen", 250, TEAM),
    Budget("load: drop to another's screen", 150, f"{TEAM} on PostgreSQL"),
    Budget("load: processors", 30, TEAM, tail=0),
    Budget("load: processors", 30, f"{TEAM} on PostgreSQL", tail=0),
    Budget("load: arrived", 100, least=True),
    Budget("load: not answered", 0, tail=0),
    Budget("refresh: nothing changed", 1.5, ALL, of_floor=True),
    Budget("refresh: nothing changed, rows written", 0, tail=0),
    Budget("refresh: 10 changed, cards written", 10, tail=0),
]
# What a person waits for costs at most half as much again among a hundred times as many cases.
WAITED_FOR = [
    "board: page",
    "board: page, while the mirror is read",
    "move: answered, Plannr at 0 ms",
    "move: answered, Plannr at 80 ms",
    "find: search, three letters",
    "find: search, two words",
    "find: filter, person, review and value",
    "find: sort by value",
    "find: lanes by adviser",
    "browser: painted, first visit",
    "browser: painted, later visit",
    "browser: usable, first visit",
    "browser: usable, later visit",
    "browser: drop to settled",
    "browser: drop to the other browser",
]
BUDGETS += [Budget(figure, 1.5, ALL, than=FEW, slack=2) for figure in WAITED_FOR]
