"""Which words of a prompt choose which edit: the whole list, in the order in which edits are applied."""

import re
from collections.abc import Callable

from PIL import Image

from editor.simulator import drawing, grading

VOCABULARY: tuple[tuple[str, Callable[[Image.Image], Image.Image]], ...] = (
    (r"upside[ -]?down|flip\w* vertical\w*", drawing.upside_down),
    (r"mirror\w*|flip\w*(?! vertical)|revers\w+", drawing.mirrored),
    (r"sketch\w*|pencil|drawing|line ?art|charcoal", drawing.sketch),
    (r"poster\w*|cartoon\w*|comic\w*|pop ?art|illustrat\w+|anime|ghibli", drawing.posterised),
    (r"paint\w*|oil|watercolou?r|impression\w*|brush\w*", drawing.painted),
    (r"emboss\w*|relief|engrav\w+", drawing.embossed),
    (r"pixel\w*|8[ -]?bit|mosaic", drawing.pixelated),
    (r"monochrom\w+|gr[ae]y ?scale|black[ -]and[ -]white|b&w|noir|desaturat\w+", grading.monochrome),
    (r"sepia|vintage|retro|antique|old photo\w*|nostalgi\w+", grading.sepia),
    (r"night\w*|midnight|moonlit|moonlight", grading.night),
    (r"warm\w*|golden|sunset|sunny|sunlit|autumn\w*|co[sz]y|amber", grading.warm),
    (r"cool\w*|cold\w*|icy|winter\w*|blue hour|frosty|snow\w*", grading.cool),
    (r"bright\w*|light(en|er)\w*|sunnier|airy|high[ -]key", grading.brighter),
    (r"dark\w*|dim\w*|shad(y|owy)|low[ -]key", grading.darker),
    (r"vivid\w*|vibran\w+|saturat\w+|colou?rful", grading.vivid),
    (r"fad(e|ed|ing)|muted|pastel\w*|washed[ -]out", grading.faded),
    (r"contrast\w*|punch\w*|dramatic|cinematic", grading.contrast),
    (r"invert\w*|negative", grading.invert),
    (r"blur\w*|soft\w*|dream\w*|fog\w*|mist\w*|haz[ey]\w*|bokeh", drawing.blurred),
    (r"sharp\w*|crisp\w*|detail\w*|clarity", grading.sharpened),
    (r"vignette\w*|cinematic|moody", grading.vignette),
    (r"grain\w*|film\w*|analog\w*|noise|noisy", grading.grain),
)
_PATTERNS = tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), edit) for words, edit in VOCABULARY)


def edits_for(prompt: str) -> list[Callable[[Image.Image], Image.Image]]:
    """Give the edits a prompt asks for, in order; one gentle grade when it names none we know."""
    return [edit for pattern, edit in _PATTERNS if pattern.search(prompt)] or [grading.graded]
