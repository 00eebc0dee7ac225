"""Assembly of the API: one NinjaAPI, one router for each room, one shape of errors."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from cms.accounts.api_auth import API_AUTH
from cms.core.errors import DomainError
from cms.core.field_sentences import field_of, field_sentence
from cms.videos.openapi import describe_uploads, upload_schema


class SiteAPI(NinjaAPI):
    """The API; its description also names the upload addresses, which are served beside it."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["paths"] |= describe_uploads()
        schema["components"]["schemas"]["UploadOut"] = upload_schema()
        return schema


api = SiteAPI(
    title="Weike 微课", version="1", urls_namespace="api", auth=API_AUTH, docs_url=None, openapi_url="openapi.json"
)

ROUTERS = {
    "": [
        "cms.portal.api.router",
        "cms.videos.api.router",
        "cms.watching.api.router",
        "cms.quizzes.api.router",
        "cms.booking.api.router",
        "cms.lecturers.api.router",
    ],
}
for prefix, routers in ROUTERS.items():
    for router in routers:
        api.add_router(prefix, router)


def answer(
    request: HttpRequest,
    *,
    code: str,
    message: str,
    status: int,
    fields: dict[str, list[str]] | None = None,
    details: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return an error in the one shape that docs/api.md promises; `details` stand beside the three."""
    body = {**(details or {}), "code": code, "message": message, "fields": fields or {}}
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    fields = {name: [str(sentence) for sentence in sentences] for name, sentences in error.fields.items()}
    return answer(
        request,
        code=error.code,
        message=str(error.message),
        status=error.status,
        fields=fields,
        details=error.details,
    )


@api.exception_handler(ValidationError)
def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for found in error.errors:
        sentences = fields.setdefault(field_of(found["loc"]), [])
        sentence = field_sentence(found["type"], found.get("ctx", {}))
        # A list of two hundred wrong items says it once.
        if sentence not in sentences:
            sentences.append(sentence)
    return answer(request, code="invalid", message=_("Some values cannot be used."), status=400, fields=fields)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what ninja refuses by itself, which is a body that is no JSON, and says in English only."""
    return answer(request, code="invalid", message=_("This is no JSON."), status=error.status_code)


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(
        request, code="not_found", message=_("There is nothing here, or it is not meant for you."), status=404
    )


@api.exception_handler(AuthenticationError)
def on_not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(request, code="not_signed_in", message=_("Please sign in first."), status=401)
