"""Which style sheets and which script a page has."""

from __future__ import annotations

from functools import cache

from django import template
from django.conf import settings

from kanban.core.static_files import ALL, imported_by, sheets_in

register = template.Library()


@register.simple_tag
def style_sheets() -> list[str]:
    """One of all, or as long as they lie in the tree, each of them. Rejected for the tree: the one, with its @imports,
    which axe cannot read under our policy."""
    return sheets_in((settings.BASE_DIR / "static" / ALL).read_text()) if settings.BARE else [ALL]


@register.inclusion_tag("_script.html")
def page_script(page: str) -> dict[str, object]:
    """The one script of a page, and all that it imports."""
    return {"page": f"js/pages/{page}.js", "imported": _imported_by(f"js/pages/{page}.js")}


@cache
def _imported_by(script: str) -> list[str]:
    return imported_by(script, settings.BASE_DIR / "static")
