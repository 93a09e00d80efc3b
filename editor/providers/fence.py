"""The fence between tests, which go to the simulator and nowhere else, and what is paid for, which never goes there."""

from dataclasses import dataclass

from editor.providers.errors import NotSent

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Fence:
    """On which side of it requests are: `simulator` is the host and port that tests run on, None where none runs."""

    simulator: tuple[str, int] | None = None
    is_simulated: bool = False

    def check(self, scheme: str, host: str, port: int | None) -> None:
        """Raise NotSent for a server on the other side; without a port the scheme's counts."""
        if ((host, port or DEFAULT_PORTS.get(scheme)) == self.simulator) is not self.is_simulated:
            raise NotSent("tests go to the simulator, and nothing else does", code="not_sent")
