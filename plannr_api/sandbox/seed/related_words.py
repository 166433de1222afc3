"""The words for tasks, notes and custom fields of cases."""

from ..state.records import Json

TASK_STATUS_FIELDS = ("name", "colour", "is_not_started", "is_type_completed", "is_archived")
TASK_STATUSES = (
    ("To do", "#3B82C4", True, False, False),
    ("In progress", "#D9822B", False, False, False),
    ("Completed", "#23852B", False, True, False),
)

# name, description
TASKS: tuple[tuple[str, str | None], ...] = (
    ("Send letter of authority", "Signed copy is in the client's folder."),
    ("Chase provider for plan information", None),
    ("Request transfer values", "Ask for the guaranteed benefits and any exit charge as well."),
    ("Prepare suitability report", None),
    ("Check suitability report", "Four eyes before it goes out."),
    ("Book review meeting", None),
    ("Send fact find", None),
    ("Update risk questionnaire", "The last one is more than two years old."),
    ("Obtain identification documents", None),
    ("Run cash-flow model", "Base case, and one with retirement two years earlier."),
    ("Submit application", None),
    ("Confirm receipt of funds", None),
    ("File client agreement", None),
    ("Send fee invoice", None),
    ("Ring client about next steps", None),
    ("Confirm beneficiaries", "Nomination forms for both pensions."),
)

# type, contents
NOTES: tuple[tuple[str, str], ...] = (
    ("call", "Rang {name}. Happy to go ahead, would like the figures by e-mail first."),
    ("call", "No answer, left a message for {name} to ring back."),
    ("call", "Provider says ten working days from receipt of the letter of authority."),
    ("call", "{name} rang to ask where things stand. Explained that we wait for the provider."),
    (
        "meeting",
        "Met {name} at the office.\n\nObjectives unchanged: retire at 62, keep the house. Wants less risk than last "
        "year. Agreed to compare two providers before the next meeting.",
    ),
    ("meeting", "Video meeting with {name}. Went through the report page by page, no open questions."),
    ("meeting", "Home visit. {name}'s daughter joined, with consent. Power of attorney to be registered."),
    ("email", "Sent the illustration and the key facts to {name}."),
    ("email", "{name} sent the signed application back. Scanned and filed."),
    ("email", "Provider asks for a certified copy of the passport & proof of address."),
    ("note", "Fees agreed, invoice on completion."),
    ("note", "Identification checked, expires in more than a year."),
    ("note", "Prefers letters to e-mail. Hearing aid: ring rather than meet on video."),
)

PLAIN_FIELD: Json = {"is_required": False, "selection_options": [], "is_visible_to_clients": False}
CASE_FIELDS: tuple[Json, ...] = (
    {"type": "number", "name": "Hours budgeted", "reference": "hours_budgeted", "position": 4, "help_text": None},
    {
        "type": "datetime",
        "name": "Letter of authority sent",
        "reference": "authority_sent",
        "position": 5,
        "help_text": "The moment it was sent, by post or online",
    },
    {"type": "longtext", "name": "Background", "reference": "background", "position": 6, "help_text": None},
)
LONG_TEXTS = (
    "Came to us through their accountant. Sold the business last year and has not decided how much of the proceeds to "
    "invest.\n\nBoth partners in good health. Two adult children, one still at home.",
    "Existing client since 2015. Cautious after the losses of 2022, wants to see income before growth.",
    "Recently widowed. Take it slowly, and copy letters to the son (consent on file).",
    "Wants to stop work at 60 and knows that it is tight.\nState pension forecast asked for.",
)
