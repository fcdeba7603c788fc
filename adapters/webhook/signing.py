"""PURE: the signature of a call, as Standard Webhooks has it (standardwebhooks.com): HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hmac


def headers(key: bytes, id_: str, at: int, body: bytes) -> dict[str, str]:
    """What says who called, when (`at`, seconds since 1970) and with which bytes. The same `id_` again is the same call again."""
    signed = b".".join((id_.encode(), str(at).encode(), body))
    mac = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{mac}",
        "idempotency-key": id_,
    }
