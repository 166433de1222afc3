"""Why something was not done, in a sentence: of statuses, of local accounts, of saved views."""

from __future__ import annotations

from kanban.accounts import local_accounts
from kanban.models import ColumnChange, Write
from kanban.search import saved_views

# What went wrong with Plannr → (why, what to do next): for a refused move, and for a board that grows old.
PROBLEMS = {
    "unreachable": ("Plannr cannot be reached.", "Try again in a moment."),
    "slow": ("Plannr did not answer in time.", "Try again in a moment."),
    "rate_limited": ("Plannr asks us to slow down.", "Try again in a minute."),
    "unauthorised": (
        "Plannr does not accept the access token any more.",
        "Sign in again, or ask whoever runs the board.",
    ),
    "forbidden": ("Plannr does not allow this account to do that.", "Ask your Plannr administrator for the right."),
    "not_found": ("Plannr has no such case any more, or does not show it to you.", "It was taken off the board."),
    "rejected": ("Plannr refused.", "Read its reason, then try again or choose another place."),
    "broken": ("Plannr answered with something that the board cannot read.", "Try again in a moment."),
    "unsaid": ("Plannr does not say what it is now.", "Look in Plannr."),
    "several_accounts": (
        "This token belongs to several accounts.",
        "Set PLANNR_ACCOUNT_UUID to one of them: manage.py check_plannr lists them.",
    ),
}
# Where the sentence for a move would not be true for a case that is only read.
PART_PROBLEMS = {
    "not_found": ("Plannr has nothing there, or does not show it to you.", "Try again, or look in Plannr."),
    "forbidden": ("Plannr does not show them to this account.", "Ask your Plannr administrator for the right."),
    "rejected": ("Plannr refused.", "Try again, or look in Plannr."),
}
# Why somebody is turned away: (what happened, what to do next).
NOT_CONNECTED = (
    "No Plannr account is connected.",
    "Set PLANNR_ACCESS_TOKEN in the file .env and start the board again.",
)
SESSION_ENDED = (
    "You are signed out, so nothing was sent to Plannr.",
    "Sign in again; a drop that was under way is kept.",
)
BUSY = (
    "The board is too busy at this moment, or its database cannot be reached.",
    "Try again in a moment; if a move was under way, the board finds out what became of it.",
)
UNWRITABLE = ("That holds a character that cannot be kept, so nothing was done.", "Leave it out and try again.")
READING = ("Your cases are being read from Plannr, so nothing was done.", "Try again in a moment.")
SIGNED_OUT = ("You are signed out.", "Nothing of the board is left in this browser.")
SIGN_IN_FAILED = {
    "state": ("That sign-in was begun too long ago, or in another browser.", "Begin it again here."),
    "access_denied": ("You did not let the board in, so it cannot show your cases.", "Sign in again to change that."),
    "refused": ("Plannr did not accept the sign-in.", "Try again; if it stays so, tell whoever runs the board."),
    "unreachable": ("Plannr cannot be reached, so nobody can sign in.", "Try again in a moment."),
    "no_account": (
        "This Plannr sign-in has no staff account that the board could use.",
        "Sign in as somebody who works for the firm, or ask your Plannr administrator.",
    ),
    "disabled": ("This sign-in was switched off here.", "Ask whoever runs the board."),
}
NOT_ALLOWED = {
    "viewer": ("This is not for you to see.", "Ask whoever runs the board."),
    "editor": (
        "You can look at this board but not move cases, so nothing was sent to Plannr.",
        "Whoever runs the board, or Plannr itself, can give you the right.",
    ),
    "deleter": (
        "Plannr does not let this account delete cases, so nothing was deleted.",
        "Your Plannr administrator can give you the right.",
    ),
    "manager": ("Only a manager of this board may do that.", "Ask one of them."),
    "keeper": (
        "Only those who look after this board's columns may do that, so nothing was changed.",
        "Ask a manager of the board, or an owner or admin of the firm.",
    ),
}
# What else can become of a move.
REASONS = {
    "busy": ("Other moves into this column are still under way.", "Try again in a moment."),
    "vanished": ("That status no longer exists in Plannr.", "Choose another column."),
    "not_taken": ("Plannr accepted the move but left the case where it was.", "Try again, or move it in Plannr."),
    "not_sent": ("The board stopped before anything was sent to Plannr.", "Try again."),
    "never_taken": ("Plannr never confirmed the move. A minute later the case stands where you see it.", "Try again."),
    "unsettled": (
        "Plannr has not confirmed the move before this one, and might still make it.",
        "That is settled within a minute. Then try again.",
    ),
    "unsettled_edit": (
        "Plannr has not confirmed a change of this case that was asked for before, and might still make it.",
        "That is settled within a minute. Then try again.",
    ),
    "taken": ("That drop was made before, or is not yours.", "Reload the board: it shows what Plannr last said."),
    "unsettled_case": (
        "Plannr has not confirmed a case of this name for the same client, and might still make it.",
        "That is settled within a minute. Then look whether it is there.",
    ),
    "not_taken_edit": ("Plannr accepted the change but left the case as it was.", "Try again, or change it in Plannr."),
    "never_taken_edit": ("Plannr never confirmed the change. A minute later the case is as you see it.", "Try again."),
    "never_made": ("Plannr never confirmed the new case, and a minute later there is none.", "Try again."),
    "never_deleted": ("Plannr never confirmed that, and a minute later the case is still there.", "Try again."),
    "not_deletable": ("Plannr does not let the board delete cases.", "Delete it in Plannr."),
    "half": ("Plannr made only a part of the change.", "See who takes part now, then try again."),
    "unsettled_status": (
        "Plannr has not confirmed a change of the columns that was asked for before, and might still make it.",
        "That is settled within a minute. Then try again.",
    ),
    "overtaken": ("Another change of the case came first.", "Please check the case."),
    "name_taken": ("There is a status of that name already.", "Choose another name."),
    "sent_twice": ("That was sent a moment ago.", "See below whether it is there."),
    "not_listed": ("Plannr lists that status no more.", "Reload this page."),
    "never_taken_status": (
        "Plannr never confirmed the change. A minute later its list does not have it.",
        "Try again.",
    ),
    "repeated": ("It was asked for again before Plannr confirmed it.", "See the later move."),
}


def of_status(change: ColumnChange) -> tuple[str, str, str]:
    """Why a status was not added or changed, what to do next, and what Plannr itself said."""
    if change.reason == "name_taken":
        return f"There is a status called {change.title} already.", REASONS["name_taken"][1], ""
    if change.outcome == Write.Outcome.OPEN:
        return "That is still being made.", "Look in a moment whether it was made.", ""
    if change.reason == "busy":
        return "Another change of the columns is still under way.", "Try again in a moment.", ""
    if change.reason == "taken":
        return "That was asked for before, or by somebody else.", "See how it is now; then choose it again.", ""
    if change.reason in REASONS:
        return (*REASONS[change.reason], "")
    why, advice = PROBLEMS.get(change.reason, PROBLEMS["broken"])
    if change.outcome != Write.Outcome.REFUSED:
        look = "Its list does not have it. Look again in a moment before you ask for it once more."
        advice = look if change.is_missing else "Look in a moment whether it was made."
        return f"{why} It has not confirmed the change.", advice, ""
    if change.sent_at is None:
        return f"Nothing was sent. {why}", advice, ""
    if change.reason == "not_found":
        return f"Nothing was changed. {REASONS['not_listed'][0]}", "" if change.words else advice, change.words
    return f"Nothing was changed. {why}", "" if change.words else advice, change.words


def of_account(error: local_accounts.AccountError) -> str:
    return {
        "name_taken": f"There is already somebody who signs in as {error.name}. Choose another name.",
        "own_password": "You know your own password. Change it on the page for that.",
        "oneself": "Nobody can disable or demote themselves. Ask another manager.",
        "last_manager": f"{error.name} is the last manager. Make somebody else a manager first.",
        "no_manager": "You are no manager any more. Ask another one.",
        "unclear": "The board did not understand which change that was. Choose it again.",
    }[error.code]


def of_view(error: saved_views.SavedViewError) -> str:
    return {
        "taken": "You have a view of that name already. Save again to replace it, or choose another name.",
        "rename": "There is a view of that name already. Choose another.",
        "full": f"You have {saved_views.MOST} views, which is as many as there is room for. Delete one first.",
    }[error.code]
