from django.urls import path

from kanban.views import board, cards, columns, live

urlpatterns = [
    path("", board.board, name="board"),
    path("look/", board.look, name="look"),
    path("changes/", live.since, name="changes"),
    path("columns/<uuid:status>/", columns.column, name="column"),
    path("columns/<uuid:status>/fold/", columns.fold, name="fold"),
    path("cases/<uuid:case>/", cards.case, name="case"),
    path("cases/<uuid:case>/move/", cards.move, name="move"),
    path("moves/<uuid:intent>/", cards.outcome, name="outcome"),
    path("healthz", board.healthz, name="healthz"),
]

handler404 = "kanban.views.errors.not_found"
handler500 = "kanban.views.errors.server_error"
