"""The tests. What several of them assert together explains itself as what each asserts alone."""

import pytest

pytest.register_assert_rewrite("tests.letters", "tests.page", "tests.received", "tests.system.browser")
