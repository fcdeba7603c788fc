"""Work on many things by every processor: it is the work on few, only sooner, and what goes wrong in it is heard."""

from __future__ import annotations

import os
import sys

import pytest

from workflow.cli import many


@pytest.mark.parametrize("things", [3, 3 * many.MANY])
def test_many_come_out_as_few_do(things: int) -> None:
    besides = object()  # what no other process could be sent
    assert many.each(lambda n: (n * n, besides is not None), range(things)) == [(n * n, True) for n in range(things)]


@pytest.mark.skipif(sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="needs two processors")
def test_others_do_it_and_what_fails_there_fails_here() -> None:
    assert os.getpid() not in many.each(lambda _: os.getpid(), range(many.MANY))
    with pytest.raises(ZeroDivisionError):
        many.each(lambda n: 1 // (n - 7), range(many.MANY))
