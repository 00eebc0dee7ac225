"""The upload addresses in the API's own description: they are plain views, since tus is no JSON protocol."""

from typing import Any

from cms.videos import tus

HERE = "/api/v1/uploads/"
VERSION = {
    "name": "Tus-Resumable",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": [tus.VERSION]},
}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
STATES = ("receiving", "waiting", "processing", "playable", "ready", "failed", "cancelled")
REFUSAL = {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}


def header(name: str, text: str, *, required: bool = False, kind: str = "string") -> dict[str, Any]:
    """Return the description of a header that a request carries."""
    return {"name": name, "in": "header", "required": required, "description": text, "schema": {"type": kind}}


def maybe(**schema: Any) -> dict[str, Any]:
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def error_schema() -> dict[str, Any]:
    """Return the schema of what went wrong with an upload or its video."""
    parts = {"code": {"type": "string"}, "message": {"type": "string"}, "permanent": {"type": "boolean"}}
    return {"type": "object", "properties": parts}


def upload_schema() -> dict[str, Any]:
    """Return the schema of one upload: exactly what `answers.about_upload` tells."""
    number, text = {"type": "integer"}, {"type": "string"}
    properties = {
        "id": {"type": "string", "format": "uuid"},
        "state": {"type": "string", "enum": list(STATES)},
        "percent": {"type": "integer", "minimum": 0, "maximum": 100},
        "queue_position": maybe(**number),
        "eta_s": maybe(**number),
        "error": maybe(**error_schema()),
        "video_id": maybe(**number),
        "worker_waiting": {"type": "boolean"},
        "offset": number,
        "length": number,
        "filename": text,
        "title": text,
        "expires_at": maybe(type="string", format="date-time"),
        "duplicate_of": maybe(**number),
        "duplicate_title": maybe(**text),
        "duplicate_upload": maybe(type="string", format="uuid"),
    }
    return {"type": "object", "title": "UploadOut", "required": list(properties), "properties": properties}


def told(text: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the description of an answer."""
    return {"description": text} | ({"content": {"application/json": {"schema": schema}}} if schema else {})


def act(summary: str, *parameters: dict[str, Any], body: bool = False, **answers: Any) -> dict[str, Any]:
    """Return the description of one method; `answers` are named s200, s204 ..."""
    shown = {name.removeprefix("s"): answer for name, answer in answers.items()}
    found: dict[str, Any] = {
        "summary": summary,
        "tags": ["uploads"],
        "parameters": list(parameters),
        "responses": shown | {"4XX": told("Refused; the codes stand in docs/api.md.", REFUSAL)},
        "security": [{"BearerToken": []}, {"SessionAuth": []}],
    }
    if body:
        found["requestBody"] = {"content": {tus.CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    return found


def describe_uploads() -> dict[str, Any]:
    """Return the paths of the upload server for openapi.json."""
    one = {"$ref": "#/components/schemas/UploadOut"}
    listed = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": one},
            "total": {"type": "integer"},
            "next": maybe(type="string", format="uri"),
        },
    }
    offset = header("Upload-Offset", "Where this chunk begins.", required=True, kind="integer")
    checksum = header("Upload-Checksum", "sha1 or sha256 and the digest in base64.")
    length = header("Upload-Length", "Bytes of the whole file.", required=True, kind="integer")
    metadata = header("Upload-Metadata", "filename, filetype and title in base64.")
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    return {
        HERE: {
            "get": act("List the own uploads, 50 a page", page, s200=told("One page.", listed)),
            "post": act(
                "Begin an upload (tus creation)",
                VERSION,
                length,
                metadata,
                checksum,
                body=True,
                s201=told("Location."),
            ),
            "options": act("Tell what the server can", s204=told("Tus-* headers.")),
        },
        HERE + "{id}": {
            "get": act("Tell how an upload and its video are", KEY, s200=told("The upload.", one)),
            "head": act("Tell where to go on", VERSION, KEY, s200=told("Upload-Offset and Upload-Length.")),
            "patch": act("Send a chunk", VERSION, KEY, offset, checksum, body=True, s204=told("Upload-Offset.")),
            "delete": act("Give an upload up", VERSION, KEY, s204=told("Gone.")),
        },
    }
