"""The county: made once for each question that is asked of every address, because making it takes seconds."""

import pytest

from tests.architecture.county import County, make_county


@pytest.fixture
def county(db: None) -> County:
    """Return the county; each request in it is undone by who sends it."""
    return make_county()
