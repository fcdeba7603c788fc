"""Update → Incoming: who, where, what; and what is nobody's business."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.telegram import updates
from adapters.telegram.reading import read
from workflow.ports import Blob, Incoming, Moved, Pressed, Typed

WANG = {"id": 700100, "is_bot": False, "first_name": "王芳", "username": "wangfang"}
PRIVATE = {"id": 700100, "type": "private", "first_name": "王芳"}
GROUP = {"id": -4001, "type": "group", "title": "红霞站"}
SUPER = {"id": -1001234567890, "type": "supergroup", "title": "红霞站"}
BOT = {"id": 4242424242, "is_bot": True, "first_name": "关口", "username": "guankou_bot"}
US = "guankou_bot"


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 12, "date": 1732000000, "chat": PRIVATE, "from": WANG} | fields


def said(*, us: str = US, **fields: Any) -> Incoming | None:
    return read(json.dumps({"update_id": 9, "message": message(**fields)}).encode(), us)


def pressed(**fields: Any) -> Incoming | None:
    query = {
        "id": "4000",
        "from": WANG,
        "chat_instance": "1",
        "data": "token",
        "message": message(**{"from": BOT}),
    } | fields
    return read(json.dumps({"update_id": 9, "callback_query": query}).encode(), US)


def typed(incoming: Incoming | None) -> Typed:
    assert isinstance(incoming, Typed)
    return incoming


def test_text_in_a_private_chat() -> None:
    assert said(text="同意 <b>&amp;</b>") == Typed(
        chat="700100", account="700100", text="同意 <b>&amp;</b>", private=True
    )


def test_text_in_a_group_is_its_senders_and_not_private() -> None:
    for group in (GROUP, SUPER):
        found = typed(said(chat=group, text="/inbox"))
        assert (found.chat, found.account, found.private) == (str(group["id"]), "700100", False)


def test_who_counts_is_the_id_and_never_the_name() -> None:
    impostor = WANG | {"id": 666, "is_bot": False}
    fields: dict[str, Any] = {"from": impostor, "chat": GROUP, "text": "通过"}
    found = typed(said(**fields))
    assert found.account == "666"


def test_a_reply_names_what_it_answers() -> None:
    assert typed(said(text="太短", reply_to_message=message(message_id=7) | {"from": BOT})).reply_to == "7"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/find@guankou_bot 大扫除", "/find 大扫除"),
        ("/find@GuanKou_Bot\n大扫除", "/find\n大扫除"),
        ("/inbox@guankou_bot", "/inbox"),
        ("/start ABCDEFGH", "/start ABCDEFGH"),
        ("写信给 a@b.cn", "写信给 a@b.cn"),
        ("/item K7M3QX@", "/item K7M3QX@"),
    ],
)
def test_our_name_behind_a_command_goes(text: str, heard: str) -> None:
    assert typed(said(chat=GROUP, text=text)).text == heard


def test_a_command_of_another_bot_is_not_ours() -> None:
    assert said(chat=GROUP, text="/inbox@other_bot") is None
    assert typed(said(us="", chat=GROUP, text="/inbox@other_bot")).text == "/inbox", "unknown who we are: rather heard"


def test_a_press() -> None:
    assert pressed() == Pressed(
        chat="700100", account="700100", token="token", message="12", handle="4000", private=True
    )
    group = pressed(message=message(chat=SUPER, **{"from": BOT}))
    assert isinstance(group, Pressed)
    assert (group.chat, group.private) == (str(SUPER["id"]), False)


def test_a_press_on_a_message_too_old_for_telegram_to_show() -> None:
    found = pressed(message={"chat": PRIVATE, "message_id": 3, "date": 0})
    assert isinstance(found, Pressed)
    assert found.message == "3"


@pytest.mark.parametrize("fields", [{"data": None}, {"message": None, "inline_message_id": "x"}, {"from": BOT}])
def test_a_press_that_means_nothing(fields: dict[str, Any]) -> None:
    assert pressed(**fields) is None


@pytest.mark.parametrize(
    ("content", "blob"),
    [
        ({"document": {"file_id": "F", "file_unique_id": "u", "file_name": "方案.pdf", "mime_type": "application/pdf", "file_size": 9}},
         Blob("F", "方案.pdf", "application/pdf", 9)),
        ({"document": {"file_id": "F", "file_unique_id": "u"}}, Blob("F", "document")),
        ({"photo": [{"file_id": "s", "file_unique_id": "u", "width": 90, "height": 60, "file_size": 1},
                    {"file_id": "L", "file_unique_id": "u", "width": 1280, "height": 960, "file_size": 3},
                    {"file_id": "m", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 2}]},
         Blob("L", "photo.jpg", "image/jpeg", 3)),
        ({"video": {"file_id": "F", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}}, Blob("F", "video.mp4")),
        ({"voice": {"file_id": "F", "file_unique_id": "u", "duration": 1, "mime_type": "audio/ogg"}}, Blob("F", "voice.ogg", "audio/ogg")),
        ({"audio": {"file_id": "F", "file_unique_id": "u", "duration": 1, "file_name": "歌.mp3"}}, Blob("F", "歌.mp3")),
        ({"animation": {"file_id": "A", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1},
          "document": {"file_id": "A", "file_unique_id": "u", "file_name": "a.mp4"}}, Blob("A", "a.mp4")),
    ],
)  # fmt: skip
def test_files_come_with_their_caption(content: dict[str, Any], blob: Blob) -> None:
    assert typed(said(**content, caption="看这里")) == Typed(
        chat="700100", account="700100", text="看这里", files=(blob,)
    )


def test_places_and_numbers_are_read_as_text() -> None:
    assert typed(said(location={"latitude": 39.984, "longitude": -0.00002})).text == "geo:39.984,-0.00002"
    assert (
        typed(said(contact={"phone_number": "8613800138000", "first_name": "王", "user_id": 700100})).text
        == "+8613800138000"
    )
    assert typed(said(contact={"phone_number": "+8613800138000", "first_name": "王"})).text == "+8613800138000"


def test_a_group_that_became_a_supergroup() -> None:
    assert said(chat=GROUP, migrate_to_chat_id=SUPER["id"]) == Moved(
        chat="-4001", to="-1001234567890", account="700100"
    )
    assert said(chat=SUPER, migrate_from_chat_id=GROUP["id"]) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "通过", "from": BOT},
        {"text": "通过", "chat": SUPER, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": SUPER},
        {"text": "通过", "chat": SUPER, "sender_chat": SUPER},
        {"text": "通过", "chat": {"id": -1009, "type": "channel", "title": "频道"}},
        {"text": "通过", "from": None},
        {"new_chat_members": [WANG], "chat": GROUP},
        {"sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
        {"dice": {"emoji": "🎲", "value": 6}},
    ],
)  # fmt: skip
def test_what_is_nobodys_words(fields: dict[str, Any]) -> None:
    assert said(**fields) is None


@pytest.mark.parametrize("kind", ["edited_message", "channel_post"])
def test_other_kinds_of_updates_say_nothing(kind: str) -> None:
    assert read(json.dumps({"update_id": 1, kind: message(text="通过")}).encode()) is None


def test_what_telegram_invents_tomorrow_is_read_as_far_as_it_is_known() -> None:
    assert read(b'{"update_id": 1, "telepathy": {"thought": "yes"}}') is None
    assert typed(said(text="通过", mood="good")).text == "通过"


def test_an_error_names_the_field_and_not_what_stood_in_it() -> None:
    body = json.dumps({"update_id": 1, "message": message(chat="王芳的秘密")}).encode()
    with pytest.raises(ValueError, match="message") as caught:
        read(body)
    assert "秘密" not in str(caught.value)
    assert caught.value.__suppress_context__


# ------------------------------------------------------------------------------------------------ before they are read


def test_updates_are_taken_apart_without_being_decoded() -> None:
    parts = [
        b'{"update_id":5,"message":{"chat":{"id":7},"text":"a"}}', b'{"update_id":6,"message":"nonsense"}', b'"what?"',
        b'{ "update_id" : 7, "callback_query":{"message":{"chat":{"id":-9}}} }',
    ]  # fmt: skip
    found = updates.several(b'{"ok":true,"result":[' + b",".join(parts) + b"]}")
    assert [number for number, _ in found] == [5, 6, 0, 7]
    assert [update.chat for _, update in found] == ["7", "", "", "-9"]
    assert [update.body for _, update in found] == parts, "as they came"
    assert [update.source for _, update in found][:2] == ["5", "6"]
    assert len({update.source for _, update in found}) == 4


def test_half_a_character_in_one_update_spoils_no_other() -> None:
    body = b'{"ok":true,"result":[{"update_id":5,"message":{"text":"\\ud83d"}},{"update_id":6,"message":{"chat":{"id":7},"text":"ok"}}]}'
    found = updates.several(body)
    assert [number for number, _ in found] == [5, 6]
    with pytest.raises(ValueError, match="json_invalid"):
        read(found[0][1].body)


@pytest.mark.parametrize(
    "body", [b"", b"<html>502</html>", b"[]", b'{"ok":true}', b'{"ok":true,"result":{}}', b"[" * 100_000]
)
def test_what_is_no_answer_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(ValueError, match="getUpdates"):
        updates.several(body)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b"null", b"[" * 100_000, b'{"update_id":"5"}', b'{"update_id":true}']
)
def test_anything_posted_is_an_update_that_can_be_kept(body: bytes) -> None:
    number, update = updates.one(body)
    assert number == 0
    assert (update.body, update.chat, len(update.source)) == (body, "", 64)
    assert updates.one(body)[1] == update, "the same again is the same"
