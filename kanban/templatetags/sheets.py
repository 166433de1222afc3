"""Which style sheets a page has: one of all, or as long as they lie in the tree, each of them."""

from __future__ import annotations

from django import template
from django.conf import settings

from kanban.core.static_files import ALL, sheets_in

register = template.Library()


@register.simple_tag
def style_sheets() -> list[str]:
    """Rejected for the tree: the one, with its @imports, which axe cannot read under our policy."""
    return sheets_in((settings.BASE_DIR / "static" / ALL).read_text()) if settings.BARE else [ALL]
