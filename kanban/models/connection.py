"""A link to one Plannr account, and what it is shown."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import lru_cache

from django.db import connection as database
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from kanban.models.accounts import Person
from kanban.models.mirror import Card, CardQuerySet, Column

STALE = timedelta(hours=12)  # after so long without a complete read nothing of the mirror is shown


class Connection(models.Model):
    """A link to one Plannr account: a person's own, or that of the configured token, which everybody shares."""

    account = models.UUIDField(unique=True)
    mark = models.CharField(max_length=64, blank=True)  # a fingerprint of the configured token
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="connections")
    can_write = models.BooleanField(default=True)  # Plannr's has_write_permission
    role = models.CharField(max_length=20, blank=True)  # in the firm, as Plannr says: owner, admin, member
    can_delete = models.BooleanField(default=False)  # Plannr's has_delete_permission
    seen_at = models.DateTimeField(null=True)  # when anybody last used it: unused, it is not read
    # goes up whenever Plannr shows it other cases than before
    visibility_version = models.IntegerField(default=0, db_column="eyes")
    own_at = models.DateTimeField(null=True)  # when the last complete read as this very account began
    checked_at = models.DateTimeField(null=True)  # when Plannr was last asked for the account's rights
    account_name = models.CharField(max_length=255, blank=True)
    firm = models.UUIDField(db_index=True)
    firm_name = models.CharField(max_length=255, blank=True)
    as_of = models.DateTimeField(null=True)  # when the last complete read that covers this account began
    refreshing_until = models.DateTimeField(null=True)  # the lease of the process that reads now
    problem = models.CharField(max_length=40, blank=True)  # why the last read failed: a key of reasons.PROBLEMS
    statuses_listed = models.BooleanField(default=True)  # False: Plannr gave no list, empty columns are unknown
    set_aside = models.IntegerField(default=0)  # cases of the last read that could not be understood
    learned = models.JSONField(default=dict)  # how Plannr was found to behave for it: {"positions": "shift", …}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("mark",), condition=~Q(mark=""), name="one_connection_per_token"),
        )

    @property
    def readable(self) -> bool:
        """Whether there is anything to show: after half a day Plannr may no longer show the same."""
        return self.as_of is not None and timezone.now() - self.as_of < STALE

    @property
    def cards(self) -> CardQuerySet:
        """The cards that Plannr shows to this account, and no others. Every query starts here."""
        return _shown_to(self.firm, self.account).all()

    def bump_visibility_version(self) -> None:
        """Record that this account is shown other cards than before."""
        Connection.objects.filter(pk=self.pk).update(visibility_version=F("visibility_version") + 1)

    def locked(self) -> None:
        """Allow one writer of this firm's mirror at a time, until its transaction ends. SQLite has only one anyway.
        Rejected: locking the firm's rows here, because PostgreSQL rewrites each row that it locks."""
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.firm.int & (2**63 - 1)])

    @property
    def columns(self) -> QuerySet[Column]:
        return Column.objects.filter(firm=self.firm)

    @property
    def drawn_columns(self) -> QuerySet[Column]:
        """The columns on a board. Those left out are unlisted and empty, and exist only for the firm's rules."""
        return self.columns.filter(Q(vanished=False) | Exists(Card.objects.filter(column=OuterRef("pk"))))

    def learn(self, **facts: str) -> None:
        """Remember how this account behaves where Plannr's documentation is silent."""
        if facts.items() - self.learned.items():
            self.learned = {**self.learned, **facts}
            self.save(update_fields=["learned"])


@lru_cache(maxsize=512)
def _shown_to(firm: uuid.UUID, account: uuid.UUID) -> CardQuerySet:
    """Never evaluated, only copied: that costs a tenth of building it, and a move does it a dozen times."""
    return Card.objects.filter(firm=firm, visibility__account=account)
