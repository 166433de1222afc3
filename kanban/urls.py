from django.urls import path

from kanban.views import board, bulks, cards, columns, live, people, record, sign_in, webhooks

urlpatterns = [
    path("", board.board, name="board"),
    path("look/", board.look, name="look"),
    path("changes/", live.since, name="changes"),
    path("stream/", live.stream, name="stream"),
    path("columns/<uuid:status>/", columns.column, name="column"),
    path("columns/<uuid:status>/fold/", columns.fold, name="fold"),
    path("cases/<uuid:case>/", cards.case, name="case"),
    path("cases/<uuid:case>/move/", cards.move, name="move"),
    path("moves/<uuid:intent>/", cards.outcome, name="outcome"),
    path("moves/<uuid:intent>/undo/", cards.undo, name="undo"),
    path("bulks/", bulks.begin, name="bulks"),
    path("bulks/<uuid:intent>/", bulks.progress, name="bulk"),
    path("bulks/<uuid:intent>/stop/", bulks.stop, name="stop_bulk"),
    path("bulks/<uuid:intent>/undo/", bulks.undo, name="undo_bulk"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/back/", sign_in.sign_in_back, name="sign_in_back"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("stay/", sign_in.stay, name="stay"),
    path("accounts/", sign_in.accounts, name="accounts"),
    path("password/", people.password, name="password"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("record/", record.record, name="record"),
    path("record.csv", record.record_csv, name="record_csv"),
    path("cases/<uuid:case>/record/", record.case_record, name="case_record"),
    path("cases/<uuid:case>/record.csv", record.case_record_csv, name="case_record_csv"),
    path("webhooks/<str:path>/", webhooks.webhook, name="webhook"),
    path("healthz", board.healthz, name="healthz"),
]

handler404 = "kanban.views.errors.not_found"
handler500 = "kanban.views.errors.server_error"
