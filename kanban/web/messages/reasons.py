"""Why something was not done, in a sentence: of statuses, of local accounts, of saved views."""

from __future__ import annotations

from kanban.accounts import local_accounts
from kanban.search import saved_views
from kanban.web.messages.moves import PROBLEMS
from kanban.writes import statuses


def of_status(error: statuses.StatusError) -> tuple[str, str, str]:
    """What happened, what to do next, and what Plannr itself said."""
    why, advice = PROBLEMS.get(error.problem, ("", ""))
    said = {
        "name_taken": (f"There is a status called {error.name} already.", "Choose another name."),
        "sent_twice": ("That was sent a moment ago.", "See below whether it is there."),
        "not_listed": ("Plannr lists that status no more.", "Reload this page."),
        "gone": ("Nothing was changed. Plannr lists that status no more.", "" if error.words else advice),
        "refused": (f"Nothing was changed. {why}", "" if error.words else advice),
        "unconfirmed": (f"{why} It has not confirmed the change.", "Look in a moment whether it was made."),
        "not_there": (
            f"{why} It has not confirmed the change.",
            "Its list does not have it. Look again in a moment before you ask for it once more.",
        ),
        "not_asked": (f"Nothing was sent. {why}", advice),
    }
    return (*said[error.code], error.words)


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
