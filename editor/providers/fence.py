"""The fence between tests, which go to the simulator and nowhere else, and what is paid for, which never goes there."""

from dataclasses import dataclass

from editor.providers.errors import NotSent


@dataclass(frozen=True, slots=True)
class Fence:
    """On which side of it requests are: `simulator` is the host and port that tests run on, None where none runs."""

    simulator: tuple[str, int] | None = None
    is_simulated: bool = False

    def check(self, host: str, port: int) -> None:
        """Raise NotSent for a server on the other side."""
        if ((host, port) == self.simulator) is not self.is_simulated:
            raise NotSent("tests go to the simulator, and nothing else does", code="not_sent")
