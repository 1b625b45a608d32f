"""What cells and lines are called, in headings and within sentences: key -> (English, Spanish).

``{cell:cell}`` in a sentence is ``places.cell``, and in a module ``places.line``. Spanish sentences need nothing before
it: both are feminine and bring their article.
"""

TEXTS: dict[str, tuple[str, str]] = {
    # within a sentence
    "places.cell": ("code cell {cell:int}", "la celda de código {cell:int}"),
    "places.line": ("line {line:int}", "la línea {line:int}"),
    # headings
    "places.cell_heading": ("Code cell {cell:int}", "Celda de código {cell:int}"),
    "places.cell_heading_code": ("Code cell {cell:int} (`{code}`)", "Celda de código {cell:int} (`{code}`)"),
    "places.line_heading": ("Line {line:int}", "Línea {line:int}"),
    "places.lines_heading": ("Lines {first:int} to {last:int}", "Líneas {first:int} a {last:int}"),
    "places.text_heading": ("Text", "Texto"),
    "places.raw_heading": ("Raw text", "Texto sin formato"),
}
