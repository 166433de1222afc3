"""What Plannr holds, as frozen structs. Money is whole pennies, moments are aware and in UTC, uuids are `uuid.UUID`.

Field names are Plannr's (documented in "Update a case"); which of them may be null is documented nowhere (assumed: all
but `uuid`). On a case, `UNSET` means that Plannr did not say, and `None` that Plannr said null.
For lists both mean None. Unknown fields are ignored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import fields, force_setattr, replace

LONDON = ZoneInfo("Europe/London")
"""The zone of moments that Plannr sends without one (assumed from its samples)."""

Whole = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Pennies = Annotated[int, Meta(ge=-(10**15), le=10**15)]


def moment(value: datetime) -> datetime:
    """The same moment in UTC; without a zone it is read as London time."""
    return (value if value.tzinfo else value.replace(tzinfo=LONDON)).astimezone(UTC)


def in_utc(thing: Struct, *names: str) -> None:
    """For __post_init__: turn the moments among these fields of a frozen struct into UTC."""
    for field in names:
        value = getattr(thing, field)
        if value and value.tzinfo is not UTC:
            force_setattr(thing, field, moment(value))


class Money(Struct, frozen=True):
    """An amount in whole pennies (or the currency's smallest unit); `formatted` is Plannr's own text for it.

    Documented as an object; that `amount` may be a string of digits is assumed. Both are read.
    """

    amount: Pennies
    currency: str = "GBP"
    formatted: str | None = None


class Thing(Struct, frozen=True, kw_only=True):
    """Anything Plannr knows by a uuid."""

    uuid: UUID


class Status(Thing, frozen=True, kw_only=True):
    """A stage of a case: a column. `colour` is the raw text Plannr sent: check it before it nears a page.

    `position` orders the columns. `is_type_completed` (since mid 2025) marks the status that means done.
    """

    name: str = ""
    colour: str | None = None
    position: Whole | None = None
    is_type_completed: bool = False


class CaseType(Thing, frozen=True, kw_only=True):
    """A kind of case, such as "Pension transfer"."""

    name: str = ""


class Group(Thing, frozen=True, kw_only=True):
    """A team of the firm."""

    name: str = ""


class Firm(Thing, frozen=True, kw_only=True):
    """A firm of advisers."""

    name: str = ""


class Tag(Thing, frozen=True, kw_only=True):
    """A tag; `colour` is raw text, as on a status."""

    name: str = ""
    colour: str | None = None


class Plan(Thing, frozen=True, kw_only=True):
    """A client's plan (policy) linked to a case. Type, provider and status are documented as text."""

    name: str | None = None
    type: str | None = None
    policy_number: str | None = None
    provider: str | None = None
    status: str | None = None
    value: Money | None = None


class ContactDetail(Struct, frozen=True, kw_only=True):
    """A telephone number or an e-mail address: `value` as Plannr wrote it (documented sample: +443330903630)."""

    value: str | None = None


class Account(Thing, frozen=True, kw_only=True):
    """Somebody, or something, in a firm. `type`: client, employee or external (documented).

    `role` of an employee: owner, admin, member; of others: individual, joint, trust, business, introducer.
    `primary_phone_number` comes only when included, as an object (documented) or as text (assumed): see `phone`.
    """

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    type: str | None = None
    role: str | None = None
    email: str | None = None
    primary_phone_number: ContactDetail | str | None = None

    @property
    def phone(self) -> str | None:
        """The primary telephone number as text; None when there is none or it was not included."""
        number = self.primary_phone_number
        return ((number.value if isinstance(number, ContactDetail) else number) or "").strip() or None

    @property
    def display_name(self) -> str:
        """The name; else first and last name; else the e-mail address; else "(no name)"."""
        parts = " ".join(part.strip() for part in (self.first_name, self.last_name) if part and part.strip())
        return (self.name or "").strip() or parts or (self.email or "").strip() or "(no name)"


class CustomField(Thing, frozen=True, kw_only=True):
    """A firm's own field on a case. `value` follows `type`: string, number, selection, boolean, datetime, longtext."""

    name: str | None = None
    type: str | None = None
    reference: str | None = None
    is_required: bool | None = None
    value: str | bool | int | float | list[str] | None = None
    selection_options: list[str] | None = None
    help_text: str | None = None


class Case(Thing, frozen=True, kw_only=True):
    """A piece of work for a client. Relations come only when included, and then as lists (assumed).

    `status_position` is its place in the list of its status, from 1; it may be missing, doubled or gapped.
    """

    name: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: Status | UnsetType | None = UNSET
    status_position: Whole | UnsetType | None = UNSET
    type: CaseType | UnsetType | None = UNSET
    review_at: datetime | UnsetType | None = UNSET
    completed_at: datetime | UnsetType | None = UNSET
    value: Money | UnsetType | None = UNSET
    assigned_to_uuids: list[UUID] | None = None
    group_uuids: list[UUID] | None = None
    participants: list[Account] | None = None
    assigned_to: list[Account] | None = None
    groups: list[Group] | None = None
    tags: list[Tag] | None = None
    plans: list[Plan] | None = None
    custom_fields: list[CustomField] | None = None
    participants_count: Whole | None = None

    def __post_init__(self) -> None:
        in_utc(self, "created_at", "updated_at", "review_at", "completed_at")

    def filled(self, other: Case) -> Case:
        """This answer, and what it leaves unsaid from another of the same case."""
        unsaid = [field.name for field in fields(self) if field.default is getattr(self, field.name)]
        return replace(self, **{name: getattr(other, name) for name in unsaid})


class Login(Thing, frozen=True, kw_only=True):
    """One way of a person into one firm (documented). Use `account.uuid`, not this uuid, to call on its behalf.

    `preferred_account_uuid` is the account chosen at consent; whether it stands here or beside the list is assumed
    to vary, so it is read from both. Without a word on `has_write_permission` it may write, until Plannr refuses.
    `expires_at` is when this way in ends, None for never or not said (assumed); it is not the end of a token.
    """

    account: Account | None = None
    firm: Firm | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    has_write_permission: bool = True
    has_delete_permission: bool | None = None
    preferred_account_uuid: UUID | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        in_utc(self, "expires_at")


class WebhookSubscription(Thing, frozen=True, kw_only=True):
    """Where Plannr sends word of events, and the secret it signs with (documented: 60 characters, in every answer).

    `last_outgoing_webhook_call_at` is None when there was no call yet (assumed).
    """

    url: str = ""
    events: list[str] | None = None
    signing_secret: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_outgoing_webhook_call_at: datetime | None = None

    def __post_init__(self) -> None:
        in_utc(self, "created_at", "updated_at", "last_outgoing_webhook_call_at")

    def __repr__(self) -> str:
        return f"WebhookSubscription({self.uuid}, {self.url!r}, {self.events!r}, signing_secret=•••)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("uuid", self.uuid), ("url", self.url), ("events", self.events)]


class SetAside(Struct, frozen=True):
    """A case that could not be read: where (`$.value.amount`), why (no content is quoted), and its uuid if any."""

    path: str
    reason: str
    uuid: str | None = None


class CaseList(Struct, frozen=True):
    """Every case of every page, each once, and those set aside. `total` is Plannr's own count, None if not given."""

    cases: list[Case]
    set_aside: list[SetAside]
    total: int | None = None
