"""How tests are spread over processors: one worker serves the city to every browser, the others take the rest.

xdist's own groups go by a suffix that it writes into a test's id; pytest 9.2 keeps that id elsewhere, so the suffix
has no effect any more (and says nothing). The scheduler is asked instead, which is what xdist documents for this.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling


class OneServesTheBrowsers(LoadScopeScheduling):
    """Each test goes wherever there is room, except those in a browser, which stay together and begin first."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid
