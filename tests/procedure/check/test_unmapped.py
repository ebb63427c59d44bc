"""What came in and no file knows."""

from __future__ import annotations

from procedure.check.unmapped import CameIn, to_map
from tests.northwind import northwind


def test_what_no_file_knows_is_listed_most_often_first() -> None:
    came_in = [
        CameIn("harbor", "printer", "network"),
        CameIn("harbor", "Printer 2", "Printing"),
        CameIn("harbor", "printer"),
        CameIn("harbor", "OFFICE  MAIL", " Network"),
        CameIn("gone", "printer", "network"),
        CameIn("harbor"),
    ]
    assert [*to_map(northwind(categories={"network": {}}), came_in)] == [
        "harbor: system 'printer', 2 tickets: write it under a system's known_as in clients/harbor.yaml",
        "harbor: system 'Printer 2', 1 ticket: write it under a system's known_as in clients/harbor.yaml",
        "category 'Printing', 1 ticket: write it under categories in procedure.yaml",
    ]


def test_where_there_are_no_categories_none_is_missing() -> None:
    assert [*to_map(northwind(categories={}), [CameIn("harbor", "", "network")])] == []
