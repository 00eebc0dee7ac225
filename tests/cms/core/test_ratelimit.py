import json

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cms.core.ratelimit import limited


@limited("door", limit=2, seconds=60)
def door(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def knock(path: str = "/door/", method: str = "post", address: str = "10.0.0.1") -> int:
    request = getattr(RequestFactory(), method)(path, REMOTE_ADDR=address)
    request.user = AnonymousUser()
    return int(door(request).status_code)


def test_the_request_beyond_the_limit_is_refused_for_this_address_alone() -> None:
    assert [knock(), knock(), knock("/api/v1/door")] == [200, 200, 429]
    assert knock(address="10.0.0.2") == 200


def test_methods_that_change_nothing_are_not_counted() -> None:
    assert [knock(method="get") for _ in range(5)] == [200] * 5


def test_the_api_refuses_in_json_with_the_time_to_wait() -> None:
    request = RequestFactory().post("/api/v1/door")
    request.user = AnonymousUser()
    door(request)
    door(request)

    refused = door(request)

    assert isinstance(refused, HttpResponse)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert json.loads(refused.content)["code"] == "too_many_requests"
