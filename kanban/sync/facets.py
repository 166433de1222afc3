"""The table of facets, which is filled from the cards."""

from __future__ import annotations

from collections.abc import Iterable

from kanban.models import Card, Facet


def write(cards: Iterable[Card]) -> None:
    """Replace the facets of these cards, which are new or have other facets than before."""
    cards = list(cards)
    Facet.objects.filter(card__in=[card.pk for card in cards]).delete()
    rows = [
        Facet(card=card, kind=kind, uuid=uuid, name=name) for card in cards for kind, uuid, name in card.facets_said
    ]
    Facet.objects.bulk_create(rows, batch_size=500)
