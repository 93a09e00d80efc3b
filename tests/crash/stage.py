"""A running product that a test may stop and start otherwise."""

import contextlib
from collections.abc import Iterator

from tests.crash import family
from tests.crash.house import House, house


class Stage:
    """A house and its `up`, whose number changes with each start."""

    def __init__(self, built: House) -> None:
        self.house = built
        self.up = 0
        self._running = contextlib.ExitStack()

    def start(self, *, secret_key: str = "") -> None:
        env = {"SECRET_KEY": secret_key} if secret_key else {}
        self.up = self._running.enter_context(self.house.up("", only="", **env))

    def stop(self) -> None:
        self._running.close()

    def waves(self) -> family.Cluster:
        """Wait until the cluster of waves is complete."""
        found: list[family.Cluster] = []

        def is_complete() -> bool:
            found[:] = [one for one in [family.cluster(self.up, "waves")] if one]
            return bool(found)

        self.house.wait_for(is_complete, seconds=20)
        return found[0]


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Give one that runs."""
    with house() as built:
        made = Stage(built)
        made.start()
        try:
            yield made
        finally:
            made.stop()
