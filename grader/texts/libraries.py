"""What is said of libraries and files that a notebook imports and that are not here: (English, Spanish)."""

from __future__ import annotations

TEXTS = {
    "runs.stood_in": (
        "The library `{name}` is not installed here. It only shows or logs, so its calls did nothing; that costs nothing.",
        "La biblioteca `{name}` no está instalada aquí. Solo muestra o registra cosas, así que sus llamadas no hicieron nada; eso no resta nada.",
    ),
    "libraries.passed_over": (
        "The library `{name}` is not installed here: its import, and lines that only use it, were skipped (cells: {cells:list}).",
        "La biblioteca `{name}` no está instalada aquí: se omitieron su importación y las líneas que solo la usan (celdas: {cells:list}).",
    ),
    "libraries.not_downloaded": (
        "The import of `{name}` in cell {cell:int} was skipped: it is neither installed here nor submitted, and the download in cell {first:int} is not possible while grading.",
        "Se omitió la importación de `{name}` en la celda {cell:int}: ni está instalado aquí ni está en la entrega, y la descarga de la celda {first:int} no es posible al corregir.",
    ),
    "libraries.review_downloads": (
        "Something is missing because the grader has no internet: {names:list} (downloaded in cell {first:int}). Points that depend on it may be lost through no fault of the student.",
        "Falta algo porque al corregir no hay internet: {names:list} (se descarga en la celda {first:int}). Puede que se pierdan puntos sin culpa del estudiante.",
    ),
    "diagnoses.not_downloaded": (
        "`{name}` is missing: cell {first:int} downloads files, and that is not possible while grading.",
        "Falta `{name}`: la celda {first:int} descarga archivos, y eso no es posible al corregir.",
    ),
    "diagnoses.not_downloaded.cure": (
        "Submit the downloaded files together with the notebook, or copy their code into a cell.",
        "Entrega los archivos descargados junto con el cuaderno, o copia su código en una celda.",
    ),
}
