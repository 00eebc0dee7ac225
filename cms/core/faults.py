"""How refusals reach the page: at the field, everything typed kept."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.datastructures import MultiValueDict

from cms.core.errors import DomainError

BAD_REQUEST = 400


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent, also when it is empty; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> "MultiValueDict[str, UploadedFile[Any]] | None":
    """Return the files a form was sent; None when the page is only opened."""
    return request.FILES if request.method == "POST" else None


def tell(form: forms.BaseForm, error: DomainError) -> int:
    """Put a refusal into the form, at its fields where it has them, and return the HTTP status."""
    placed = False
    for name, sentences in error.fields.items():
        if name in form.fields:
            for sentence in sentences:
                form.add_error(name, str(sentence))
            placed = True
    if not placed:
        form.add_error(None, str(error.message))
    return error.status


def refusal(error: DomainError) -> JsonResponse:
    """Answer a script in the shape of the API."""
    fields = {name: [str(sentence) for sentence in sentences] for name, sentences in error.fields.items()}
    body = {"code": error.code, "message": str(error.message), "fields": fields}
    return JsonResponse(body, status=error.status)
