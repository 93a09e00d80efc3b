"""What can be wrong with a picture."""

from editor.errors import InvalidInput


class BadPicture(InvalidInput):
    """The bytes are no picture we take. `problem` is a predicate ("is cut short"), `param` the field it came in."""

    code = "bad_picture"

    def __init__(self, problem: str, *, param: str = "picture") -> None:
        self.problem = problem
        super().__init__(f"{param} {problem}. Nothing was stored or charged.", param=param)


class InspectorDown(Exception):
    """The inspector could not be started or died twice. It says nothing about the picture; try again later."""
