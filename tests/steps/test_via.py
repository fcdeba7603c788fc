"""`via`: through which door an item may be begun. Our own pages are a chat and the web; programs come by the API."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.steps.court import Court
from workflow.decide import Decision, decide
from workflow.domain.command import OWN, Command, Refused
from workflow.steps.draft import Random, World

FLOW = """
flow: court
title: 门
start: {{ by: 站.协调员, {via}form: {{ 标题: text 2..40 }} }}
steps:
  审: {{ review: 站.审核员 }}
"""
NETWORKS = (OWN, "somewhere", "api", "cli")


@pytest.mark.parametrize(
    ("via", "open_to"),
    [
        ("", NETWORKS),
        ("via: [chat], ", (OWN, "somewhere")),
        ("via: [web], ", (OWN,)),
        ("via: [api], ", ("api", "cli")),
        ("via: [web, api], ", (OWN, "api", "cli")),
    ],
)
def test_an_item_begins_through_the_doors_that_the_flow_names(via: str, open_to: tuple[str, ...]) -> None:
    court = Court(FLOW.format(via=via))
    for network in NETWORKS:
        command = Command(
            str(UUID(int=1)), "t", str(UUID(int=7)), "submit", "报", network, {"form": {"标题": "清明祭扫"}}
        )
        world = World(court.now, court.organisation, Random(b"s" * 32))
        found = decide(court.definition, court.lifecycle, None, command, world)
        if network in open_to:
            assert isinstance(found, Decision), network
        else:
            assert isinstance(found, Refused)
            assert found.reason == "may_not_start", network
