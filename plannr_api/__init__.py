"""A typed client of Plannr's API, which says what is not known. It knows no web framework and no board.

    from plannr_api import BearerToken, Plannr

    with Plannr("https://api.plannrcrm.com", auth=BearerToken(token), account=account) as plannr:
        for case in plannr.cases.list().cases:
            print(case.name)

For an app that many people sign in to, `OAuth` gets the tokens, and `RenewableToken` exchanges them while in use:

    begun = oauth.begin()  # keep begun.state and begun.verifier for this browser, and send it to begun.url
    tokens = oauth.finish(query, state=begun.state, verifier=begun.verifier)

Money is in whole pennies, moments are aware and in UTC. Every failure is a `PlannrError`.

Owns: every request, answer and error of Plannr's API.
Ask it through: what is exported here.
May import: nothing but itself; never its sandbox.
"""

from plannr_api.arguments import ABSENT, UNSET
from plannr_api.client import Plannr
from plannr_api.decoding.raw_list import Fetched, Row, newest
from plannr_api.errors import (
    AmbiguousAccount,
    BrokenAnswer,
    Forbidden,
    NotFound,
    NoUsableAccount,
    OAuthRefused,
    PlannrError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unreachable,
)
from plannr_api.models import (
    Account,
    Case,
    CaseList,
    CaseType,
    ContactDetail,
    CustomField,
    Firm,
    Group,
    Login,
    Money,
    Plan,
    SetAside,
    Status,
    Tag,
    Thing,
    WebhookSubscription,
)
from plannr_api.oauth import Begun, OAuth
from plannr_api.resources.accounts import Accounts, Contact
from plannr_api.resources.case_types import CaseTypes, types_of
from plannr_api.resources.cases import ALL_INCLUDES, CaseFilters, Cases
from plannr_api.resources.employees import Employees
from plannr_api.resources.groups import Groups
from plannr_api.resources.logins import Logins, choose_login, staff_logins
from plannr_api.resources.notes import Note, Notes
from plannr_api.resources.plans import Plans
from plannr_api.resources.statuses import Statuses, statuses_of
from plannr_api.resources.tasks import Task, Tasks, TaskStatus
from plannr_api.resources.webhooks import Webhooks, case_in, signature_is_right
from plannr_api.tokens import Tokens
from plannr_api.transport.auth import AnyPrepared, Auth, BearerToken, RenewableToken
from plannr_api.transport.calls import VERSION as __version__
from plannr_api.transport.calls import Timeouts
from plannr_api.transport.rate import RateBudget

__all__ = [
    "ABSENT",
    "ALL_INCLUDES",
    "UNSET",
    "Account",
    "Accounts",
    "AmbiguousAccount",
    "AnyPrepared",
    "Auth",
    "BearerToken",
    "Begun",
    "BrokenAnswer",
    "Case",
    "CaseFilters",
    "CaseList",
    "CaseType",
    "CaseTypes",
    "Cases",
    "Contact",
    "ContactDetail",
    "CustomField",
    "Employees",
    "Fetched",
    "Firm",
    "Forbidden",
    "Group",
    "Groups",
    "Login",
    "Logins",
    "Money",
    "NoUsableAccount",
    "NotFound",
    "Note",
    "Notes",
    "OAuth",
    "OAuthRefused",
    "Plan",
    "Plannr",
    "PlannrError",
    "Plans",
    "RateBudget",
    "RateLimited",
    "Rejected",
    "RenewableToken",
    "Row",
    "SetAside",
    "Status",
    "Statuses",
    "Tag",
    "Task",
    "TaskStatus",
    "Tasks",
    "Thing",
    "Timeouts",
    "Tokens",
    "Unauthorised",
    "Unreachable",
    "WebhookSubscription",
    "Webhooks",
    "__version__",
    "case_in",
    "choose_login",
    "newest",
    "signature_is_right",
    "staff_logins",
    "statuses_of",
    "types_of",
]
