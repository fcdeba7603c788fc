"""Pushes reach the windows that are open, and none waits for a slow one."""

from __future__ import annotations

from adapters.web.windows import AT_MOST, BACKLOG, Closed, Toast, Windows


def test_every_window_of_a_chat_gets_it_and_no_other() -> None:
    windows = Windows()
    first, second, other = windows.open("a"), windows.open("a"), windows.open("b")
    assert windows.push("a", Toast("x")) == 2
    assert [first.get_nowait(), second.get_nowait()] == [Toast("x"), Toast("x")]
    assert other.empty()
    assert windows.push("c", Toast("x")) == 0


def test_a_window_that_lags_is_closed_and_the_others_are_not() -> None:
    windows = Windows()
    slow, quick = windows.open("a"), windows.open("a")
    for _ in range(BACKLOG + 1):
        windows.push("a", Toast("x"))
        quick.get_nowait()
    assert [slow.get_nowait() for _ in range(BACKLOG + 1)][-1] == Closed()
    assert windows.push("a", Toast("y")) == 1


def test_the_oldest_window_closes_for_one_too_many() -> None:
    windows = Windows()
    queues = [windows.open("a") for _ in range(AT_MOST + 1)]
    assert queues[0].get_nowait() == Closed()
    assert windows.push("a", Toast("x")) == AT_MOST


def test_leaving_twice_and_closing_all() -> None:
    windows = Windows()
    queue, stays = windows.open("a"), windows.open("b")
    windows.leave("a", queue)
    windows.leave("a", queue)
    windows.close()
    assert stays.get_nowait() == Closed()
    assert windows.push("b", Toast("x")) == 0
    assert not windows._open
