"""Answers for errors, each with a next step: a page, or a notice where a page is already open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kanban.web.http import error_response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page's token is no longer valid, mostly because cookies were cleared. Nothing was done."""
    headline = "This page has grown too old, so nothing was sent to Plannr."
    return error_response(request, 403, headline, "Reload it and try again.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    headline = "There is nothing here any more, or Plannr does not show it to you."
    return error_response(request, 404, headline, "Reload the board.")


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(request, 500, "The board made a mistake.", "Reload it: it shows what Plannr last said.")
