"""Where Plannr calls when a case has changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kanban.sync import webhooks
from kanban.sync.webhooks import Heard
from kanban.web.http import BoardRequest, anyone

ANSWERS = {Heard.UNKNOWN: 404, Heard.FORGED: 401, Heard.AGAIN: 200, Heard.TAKEN: 202}


@csrf_exempt  # a server calls, by its signature and not by a cookie
@anyone
@require_POST
def webhook(request: BoardRequest, path: str) -> HttpResponse:
    """Answered before Plannr is asked anything. What is wrong is said by the status alone."""
    heard = webhooks.hear(path, request.body, request.headers.get("X-Signature", ""))
    return HttpResponse(status=ANSWERS[heard])
