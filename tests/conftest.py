"""Settings of every test. What needs PostgreSQL or a browser is made in tests/integration/ and tests/browser/."""

from __future__ import annotations

import os

from hypothesis import settings

# Two cores are shared with servers and browsers, so a slow example says nothing (no deadline). CI draws the same examples
# every time: a red run can be had again; a developer's runs look further.
settings.register_profile("here", deadline=None, print_blob=True)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A developer's own configuration must not reach a test; what is meant for the tests is named so.
for name in [name for name in os.environ if name.startswith("GUANKOU_")]:
    if not name.startswith(("GUANKOU_TEST_", "GUANKOU_REQUIRE_")):
        del os.environ[name]
