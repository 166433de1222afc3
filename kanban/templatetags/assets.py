"""Which style sheets and which script a page has."""

from __future__ import annotations

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString

from kanban.core.static_files import ALL, imported_by, sheets_in

register = template.Library()


@register.simple_tag
def style_sheets() -> list[str]:
    """One sheet with all; when served from the source tree, each of them. Rejected for the tree: one sheet with
    @imports, which axe cannot read under our content policy."""
    return sheets_in((settings.BASE_DIR / "static" / ALL).read_text()) if settings.BARE else [ALL]


@register.simple_tag
@cache
def page_script(page: str) -> SafeString:
    """The one script of a page, and all that it imports: the same for everybody for as long as the process runs."""
    script = f"js/pages/{page}.js"
    imported = imported_by(script, settings.BASE_DIR / "static")
    return SafeString(get_template("_script.html").render({"page": script, "imported": imported}))
