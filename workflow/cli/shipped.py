"""Where the flows, organisations and lists are that come with guankou: in the clone, or in the installed wheel."""

from __future__ import annotations

from pathlib import Path

import workflow


def flows() -> Path:
    """The folder `flows/`, with `orgs/` and `lists/` in it; folders of other organisations stand in it too."""
    package = Path(workflow.__file__).parent
    return next(one for one in (package / "flows", package.parent / "flows") if one.is_dir())
