"""Whatever is handed to the engine, by a program or in a chat: a polite refusal, and nothing written but that it was refused."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.rig import House, house, labels, refused
from tests.integration.sound import assert_sound, counts, superuser
from workflow.domain.command import Answer, Command, Refused
from workflow.ports import Filled, Pressed, Typed
from workflow.talk.view import Notice

FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000, 里程: int?, 经费: money?, 比例: number?, 何时: date?, 附件: file?, 照片: photo 1..3?, 嘉宾: { rows: 0..3, columns: { 姓名: text 2..20, 证件: file? } } } }
steps:
  初审: { check: 站.审核员, items: [人数与场地相符, 有预案] }
  复审: { review: 所.审核员, need: all, back: [提交人, 初审] }
"""
