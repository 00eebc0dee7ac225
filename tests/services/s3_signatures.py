"""AWS Signature Version 4 as a server checks it: in headers or in a presigned address, with the payload's hash."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"
DRIFT = timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"


class RefusedError(Exception):
    """The request is not signed by the one who has the key; the message is S3's own code."""


@dataclass(frozen=True)
class Asked:
    """A request as far as its signature covers it; header names in lower case, path and query as they were sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Claim:
    """What a request says about its own signature."""

    key: str
    scope: str
    at: str
    signed_headers: tuple[str, ...]
    signature: str
    payload_hash: str


def check_signature(asked: Asked, *, key: str, secret: str, now: datetime | None = None) -> str:
    """Return the payload hash that was signed, or UNSIGNED-PAYLOAD.

    Raises RefusedError: AccessDenied, InvalidAccessKeyId, RequestTimeTooSkewed, SignatureDoesNotMatch.
    """
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    claim = claim_of_address(dict(pairs), now) if "X-Amz-Signature=" in asked.query else claim_of_headers(asked, now)
    if claim.key != key:
        raise RefusedError("InvalidAccessKeyId")
    if "host" not in claim.signed_headers:
        raise RefusedError("AccessDenied")
    if not hmac.compare_digest(signature(asked, pairs, claim, secret), claim.signature):
        raise RefusedError("SignatureDoesNotMatch")
    return claim.payload_hash


def claim_of_headers(asked: Asked, now: datetime | None) -> Claim:
    """Read the Authorization header; its time may differ a quarter of an hour from ours."""
    scheme, _space, rest = asked.headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != ALGORITHM or {"Credential", "SignedHeaders", "Signature"} - set(parts):
        raise RefusedError("AccessDenied")
    at = asked.headers.get("x-amz-date", "")
    if abs(time_of(at) - (now or datetime.now(UTC))) > DRIFT:
        raise RefusedError("RequestTimeTooSkewed")
    key, _slash, scope = parts["Credential"].partition("/")
    signed = tuple(parts["SignedHeaders"].split(";"))
    return Claim(key, scope, at, signed, parts["Signature"], asked.headers.get("x-amz-content-sha256", ""))


def claim_of_address(told: Mapping[str, str], now: datetime | None) -> Claim:
    """Read the parameters of a presigned address, which ends by itself."""
    at = told.get("X-Amz-Date", "")
    if time_of(at) + timedelta(seconds=int(told.get("X-Amz-Expires", "0"))) < (now or datetime.now(UTC)):
        raise RefusedError("AccessDenied")
    key, _slash, scope = told.get("X-Amz-Credential", "").partition("/")
    signed = tuple(told.get("X-Amz-SignedHeaders", "").split(";"))
    return Claim(key, scope, at, signed, told["X-Amz-Signature"], UNSIGNED)


def time_of(text: str) -> datetime:
    """Return the instant of an X-Amz-Date."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError("AccessDenied") from None


def signature(asked: Asked, pairs: list[tuple[str, str]], claim: Claim, secret: str) -> str:
    """Return what the signature must be."""
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs if name != "X-Amz-Signature"
    )
    canonical = "\n".join(
        [
            asked.method,
            asked.path,
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{' '.join(asked.headers.get(name, '').split())}" for name in claim.signed_headers),
            "",
            ";".join(claim.signed_headers),
            claim.payload_hash,
        ]
    )
    to_sign = "\n".join([ALGORITHM, claim.at, claim.scope, hashlib.sha256(canonical.encode()).hexdigest()])
    made = b"AWS4" + secret.encode()
    for part in claim.scope.split("/"):
        made = hmac.digest(made, part.encode(), "sha256")
    return hmac.new(made, to_sign.encode(), "sha256").hexdigest()
