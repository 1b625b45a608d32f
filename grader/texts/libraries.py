"""What is said of libraries and files that a notebook imports and that are not here: (English, Spanish)."""

from __future__ import annotations

TEXTS = {
    "runs.stood_in": (
        "The library `{name}` is not installed here. Nothing that is graded depends on it, so its calls did nothing; that costs nothing.",
        "La biblioteca `{name}` no está instalada aquí. Nada de lo que se evalúa depende de ella, así que sus llamadas no hicieron nada; eso no resta nada.",
    ),
    "libraries.passed_over": (
        "The library `{name}` is not installed here: its import, and lines that only use it, were skipped ({cells:list}).",
        "La biblioteca `{name}` no está instalada aquí: se omitieron su importación y las líneas que solo la usan ({cells:list}).",
    ),
    "libraries.not_downloaded": (
        "The import of `{name}` in {cell:cell} was skipped: it is neither installed here nor submitted, and the download in {first:cell} is not possible while grading.",
        "Se omitió la importación de `{name}` en {cell:cell}: ni está instalado aquí ni está en la entrega, y la descarga de {first:cell} no es posible al corregir.",
    ),
    "scoring.review_libraries": (
        "The notebook needs libraries that are not installed here ({names:list}): a person decides about the points that this cost.",
        "El cuaderno necesita bibliotecas que no están instaladas aquí ({names:list}): una persona decide sobre los puntos que esto costó.",
    ),
    "scoring.review_gpu": (
        "The notebook needs a graphics card (GPU), and there is none here: a person decides about the points that this cost.",
        "El cuaderno necesita una tarjeta gráfica (GPU) y aquí no hay ninguna: una persona decide sobre los puntos que esto costó.",
    ),
    "scoring.review_keyboard": (
        "The notebook waits for a number from the keyboard, and nobody sits there while grading: a person decides about the points that this cost.",
        "El cuaderno espera un número del teclado, y al corregir no hay nadie: una persona decide sobre los puntos que esto costó.",
    ),
    "diagnoses.not_downloaded": (
        "`{name}` is missing: {first:cell} downloads files, and that is not possible while grading.",
        "Falta `{name}`: {first:cell} descarga archivos, y eso no es posible al corregir.",
    ),
    "diagnoses.not_downloaded.cure": (
        "Submit the downloaded files together with the notebook, or copy their code into a cell.",
        "Entrega los archivos descargados junto con el cuaderno, o copia su código en una celda.",
    ),
}
