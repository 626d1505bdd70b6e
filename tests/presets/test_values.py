"""A value that a preset asks for is filled in by the pages that open a line from it."""

import pytest

from meldpunt.client.line_folder.filling import open_places
from meldpunt.client.line_folder.preset import PRESETS_FOLDER
from tests.support.pages import values_of_page


@pytest.mark.parametrize("page", ["first-day.md", "open-a-line.md"])
def test_the_pages_fill_in_all_that_the_preset_leaves_open(page: str) -> None:
    asked = {place.name[1] for place in open_places(PRESETS_FOLDER / "wbk-internal")}
    assert asked == set(values_of_page(page))
