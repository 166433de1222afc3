"""Answers in a tenth of their size, of which the parts that many are sent are compressed once."""

import gzip

from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as some

from kanban.core import compression
from kanban.core.compression import Pieces


@given(some.lists(some.one_of(some.text(max_size=300), some.sampled_from(["x" * 20_000, "é☂" * 12_000])), max_size=6))
def test_whatever_the_pieces_they_are_unpacked_as_they_were(pieces: list[str]) -> None:
    response = Pieces(pieces)
    compression.pack(response)
    packed = response.content
    if response.has_header("Content-Encoding"):
        assert response["Content-Length"] == str(len(packed))
        packed = gzip.decompress(packed)
    assert packed.decode() == "".join(pieces)


def test_a_piece_that_was_sent_before_is_not_compressed_again() -> None:
    column = "".join(f"<li>{number}</li>" for number in range(4000))
    for person in ("alice", "bob"):
        compression.pack(Pieces([f"<h1>{person}</h1>", column]))
    assert compression._compressed_once.cache_info().hits >= 1


def test_the_size_of_an_answer_tells_little_of_what_is_in_it() -> None:
    sizes = set()
    for _ in range(30):
        response = HttpResponse("the very same answer, " * 100)
        compression.pack(response)
        sizes.add(len(response.content))
    assert len(sizes) > 5
