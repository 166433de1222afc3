"""Lists as Laravel pages them: fifteen a page unless asked, five hundred at most."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

from ..protocol.serializers import dump

PER_PAGE, MAX_PER_PAGE = 15, 500


def parameters(query: str) -> dict[str, str]:
    """The query's parameters; of equal names the last one counts, as in PHP."""
    return dict(parse_qsl(query, keep_blank_values=True))


def page(items: Sequence[Any], asked: dict[str, str], url: str, draw: Callable[[Any], str]) -> str:
    """The asked page of the items, as a JSON document. Its links leave the other parameters out."""
    size = min(_number(asked.get("per_page"), PER_PAGE), MAX_PER_PAGE)
    number = _number(asked.get("page"), 1)
    start = (number - 1) * size
    shown = items[start : start + size]
    rest = dump(_around(number, size, len(shown), len(items), url))
    return '{"data":[' + ",".join([draw(item) for item in shown]) + "]," + rest[1:]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text[:9]) > 0 else default


def _around(number: int, size: int, shown: int, total: int, url: str) -> dict[str, Any]:
    last = max(1, ceil(total / size))
    first_row = (number - 1) * size + 1 if shown else None
    before = f"{url}?page={number - 1}" if number > 1 else None
    after = f"{url}?page={number + 1}" if number < last else None
    links = {"first": f"{url}?page=1", "last": f"{url}?page={last}", "prev": before, "next": after}
    meta = {
        "current_page": number,
        "from": first_row,
        "last_page": last,
        "links": _numbered_links(number, last, url, before, after),
        "path": url,
        "per_page": size,
        "to": first_row + shown - 1 if first_row else None,
        "total": total,
    }
    return {"links": links, "meta": meta}


def _numbered_links(number: int, last: int, url: str, before: str | None, after: str | None) -> list[dict[str, Any]]:
    def link(label: str, address: str | None, active: bool = False) -> dict[str, Any]:
        return {"url": address, "label": label, "active": active}

    near = [each for each in range(1, last + 1) if each in {1, last} or abs(each - number) <= 3]
    pages = [link(str(each), f"{url}?page={each}", each == number) for each in near]
    return [link("&laquo; Previous", before), *pages, link("Next &raquo;", after)]
