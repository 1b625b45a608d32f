"""What is said about the files that were handed in: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "collecting.cannot_open": (
        "The file {name} could not be opened ({reason}): links are not followed. Hand in the notebook itself.",
        "No se pudo abrir el archivo {name} ({reason}): los enlaces no se siguen. Entrega el propio cuaderno.",
    ),
    "collecting.not_a_file": (
        "{name} is not an ordinary file, so it was not read. Hand in the notebook itself.",
        "{name} no es un archivo normal y no se ha leído. Entrega el propio cuaderno.",
    ),
    "collecting.hard_link": (
        "{name} shares its content with another file on the disk (a hard link), so it was not read. Hand in a copy.",
        "{name} comparte su contenido con otro archivo del disco (un enlace duro) y no se ha leído. Entrega una copia.",
    ),
    "collecting.too_large": (
        "{name} has {size:int} MB; at most {limit:int} MB are read. Clear the outputs and hand it in again.",
        "{name} ocupa {size:int} MB; se leen {limit:int} MB como máximo. Borra las salidas y entrégalo de nuevo.",
    ),
    "collecting.too_many_files": (
        "Only the first {limit:int} files of the hand-in were read.",
        "Solo se han leído los primeros {limit:int} archivos de la entrega.",
    ),
    "collecting.link": (
        "{name} is a link, and links are not followed. Hand in the notebook itself (.ipynb).",
        "{name} es un enlace y los enlaces no se siguen. Entrega el propio cuaderno (.ipynb).",
    ),
    "collecting.archive": (
        "{name} is an archive. Hand in the notebook itself (.ipynb), unpacked.",
        "{name} es un archivo comprimido. Entrega el propio cuaderno (.ipynb), sin comprimir.",
    ),
    "collecting.printed": (
        "{name} shows a notebook but cannot be run. Hand in the notebook itself: File > Download > .ipynb.",
        "{name} muestra un cuaderno, pero no se puede ejecutar. Entrega el propio cuaderno: Archivo > Descargar > .ipynb.",
    ),
    "collecting.no_notebook": (
        "There is no notebook (.ipynb) or module (.py) in the hand-in; it holds: {names:list}.",
        "En la entrega no hay ningún cuaderno (.ipynb) ni módulo (.py); contiene: {names:list}.",
    ),
    "collecting.missing": ("Nothing was handed in.", "No se ha entregado nada."),
    "collecting.duplicate": (
        "Two hand-ins carry the id {student}; this is {origin}. A person must decide which one counts.",
        "Hay dos entregas con el identificador {student}; esta es {origin}. Una persona debe decidir cuál cuenta.",
    ),
    "collecting.unknown": (
        "{student} is not on the class list.",
        "{student} no está en la lista de la clase.",
    ),
    "collecting.others": (
        "{chosen} was graded; also in the hand-in: {others:list}.",
        "Se ha evaluado {chosen}; en la entrega también hay: {others:list}.",
    ),
    "collecting.other_data": (
        "Graded on the data set {used}, not on {wanted}: accuracies are those of {used}.",
        "Evaluado con el conjunto de datos {used}, no con {wanted}: las exactitudes son las de {used}.",
    ),
}
