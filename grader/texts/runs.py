"""Texts of the family ``runs``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # why a hand-in cannot be run
    "runs.empty_file": (
        "{name} is empty (0 bytes). Save the notebook in Jupyter or Colab, look that the file has a size, and hand it in again.",
        "{name} está vacío (0 bytes). Guarda el cuaderno en Jupyter o Colab, comprueba que el archivo ocupa algo y entrégalo de nuevo.",
    ),
    "runs.too_large": (
        "{name} has {megabytes:num} MB; at most {most:int} MB can be read. Clear the outputs of all cells, save, and hand it in again.",
        "{name} ocupa {megabytes:num} MB; se pueden leer como máximo {most:int} MB. Borra las salidas de todas las celdas, guarda y entrégalo de nuevo.",
    ),
    "runs.not_text": (
        "{name} is not a notebook: its content is not text. Download it as .ipynb and hand it in again.",
        "{name} no es un cuaderno: su contenido no es texto. Descárgalo como .ipynb y entrégalo de nuevo.",
    ),
    "runs.another_kind": (
        "{name} is {kind:word}, not a notebook, whatever its name says. Download the notebook as .ipynb and hand it in again.",
        "{name} es {kind:word}, no un cuaderno, diga lo que diga su nombre. Descarga el cuaderno como .ipynb y entrégalo de nuevo.",
    ),
    "runs.another_language": (
        "{name} is a notebook in {language}; this exercise is in Python. Solve it in a Python notebook and submit that (.ipynb).",
        "{name} es un cuaderno en {language}; este ejercicio es en Python. Resuélvelo en un cuaderno de Python y entrega ese (.ipynb).",
    ),
    "runs.read_as_cp1252": (
        "{name} is not UTF-8; it was read as Windows-1252. Save it as UTF-8.",
        "{name} no está en UTF-8; se ha leído como Windows-1252. Guárdalo en UTF-8.",
    ),
    "runs.unknown_coding": (
        "{name} says that it is encoded as {coding}, which Python does not know as an encoding of text. Save it as UTF-8, delete that line, and submit it again.",
        "{name} dice que su codificación es {coding}, que Python no conoce como codificación de texto. Guárdalo en UTF-8, borra esa línea y entrégalo de nuevo.",
    ),
    "runs.wrong_coding": (
        "{name} says that it is encoded as {coding}, but it is not. Save it as UTF-8, delete that line, and submit it again.",
        "{name} dice que su codificación es {coding}, pero no lo es. Guárdalo en UTF-8, borra esa línea y entrégalo de nuevo.",
    ),
    "runs.nested": (
        "{name} is damaged: it is nested deeper than any notebook. Open it in Jupyter, save it, and hand it in again.",
        "{name} está dañado: tiene más niveles que cualquier cuaderno. Ábrelo en Jupyter, guárdalo y entrégalo de nuevo.",
    ),
    "runs.long_number": (
        "{name} is damaged: it holds a number of more than 4 000 digits. Open it in Jupyter, save it, and hand it in again.",
        "{name} está dañado: contiene un número de más de 4 000 cifras. Ábrelo en Jupyter, guárdalo y entrégalo de nuevo.",
    ),
    "runs.invalid_json": (
        "{name} is damaged: it is not valid JSON at line {line:int} ({reason}). Perhaps it was edited by hand; open it in Jupyter, save it, and hand it in again.",
        "{name} está dañado: no es JSON válido en la línea {line:int} ({reason}). Quizá se editó a mano; ábrelo en Jupyter, guárdalo y entrégalo de nuevo.",
    ),
    "runs.notebook_mended": (
        "{name} is not valid JSON; it was mended before it ran, and nothing is missing ({kept:int cell|cells}): {repairs:list}. That costs nothing. Hand in the file as Jupyter or Colab saves it.",
        "{name} no es JSON válido; se reparó antes de ejecutarlo y no falta nada ({kept:int celda|celdas}): {repairs:list}. Eso no resta nada. Entrega el archivo tal como lo guarda Jupyter o Colab.",
    ),
    "runs.notebook_mended_in_part": (
        "{name} is not valid JSON and was mended as far as possible before it ran: {repairs:list}. Cells read: {kept:int}; parts left out: {lost:int}. Somebody will look at it. Save the work anew from Jupyter or Colab and hand it in again.",
        "{name} no es JSON válido y se reparó hasta donde se pudo antes de ejecutarlo: {repairs:list}. Celdas leídas: {kept:int}; partes que faltan: {lost:int}. Alguien lo mirará. Guarda el trabajo de nuevo desde Jupyter o Colab y entrégalo otra vez.",
    ),
    "runs.review_mended": (
        "{name} is damaged: cells read {kept:int}, parts left out {lost:int}. Work may be missing from the run, or be in it in two versions; somebody must compare what ran with the file that was handed in.",
        "{name} está dañado: celdas leídas {kept:int}, partes que faltan {lost:int}. En la ejecución puede faltar trabajo o haber dos versiones de él; alguien debe comparar lo que se ejecutó con el archivo entregado.",
    ),
    "runs.mended_conflict": (
        "an unfinished merge of git, of which the first version counts (line {lines:list})",
        "una fusión de git sin terminar, de la que cuenta la primera versión (línea {lines:list})",
    ),
    "runs.mended_cut": ("the file breaks off (line {lines:list})", "el archivo se corta (línea {lines:list})"),
    "runs.mended_several": (
        "another notebook begins, whose cells ran too (line {lines:list})",
        "empieza otro cuaderno, cuyas celdas también se ejecutaron (línea {lines:list})",
    ),
    "runs.mended_text": (
        "a quote, backslash or line break inside a text (line {lines:list})",
        "comillas, barra invertida o salto de línea dentro de un texto (línea {lines:list})",
    ),
    "runs.mended_joined": (
        "two lines of code that were read as one, perhaps wrongly (line {lines:list})",
        "dos líneas de código que se leyeron como una, quizá por error (línea {lines:list})",
    ),
    "runs.mended_comma": (
        "a comma, colon or bracket missing or one too many (line {lines:list})",
        "una coma, unos dos puntos o un corchete que falta o sobra (línea {lines:list})",
    ),
    "runs.mended_stray": (
        "text that does not belong there (line {lines:list})",
        "texto que no va ahí (línea {lines:list})",
    ),
    "runs.mended_lost": (
        "a part that cannot be read (line {lines:list})",
        "una parte que no se puede leer (línea {lines:list})",
    ),
    "runs.not_a_notebook": (
        "{name} is valid JSON but no notebook: it has no list of cells. Download it as .ipynb and hand it in again.",
        "{name} es JSON válido, pero no un cuaderno: no tiene una lista de celdas. Descárgalo como .ipynb y entrégalo de nuevo.",
    ),
    "runs.no_code": (
        "{name} holds no code: no cell of code has anything in it. Is it the right file, and was it saved after you worked on it?",
        "{name} no contiene código: ninguna celda de código tiene nada escrito. ¿Es el archivo correcto y se guardó después de trabajar en él?",
    ),
    "runs.too_many_cells": (
        "{name} has {cells:int} cells; at most {most:int} are run.",
        "{name} tiene {cells:int} celdas; se ejecutan como máximo {most:int}.",
    ),
    "runs.too_many_values": (
        "{name} holds more than {most:int} lists and objects; no notebook needs so many. Clear the outputs of all cells, save, and hand it in again.",
        "{name} contiene más de {most:int} listas y objetos; ningún cuaderno necesita tantos. Borra las salidas de todas las celdas, guarda y entrégalo de nuevo.",
    ),
    "runs.no_entry": (
        "No notebook (.ipynb) or Python file (.py) was found in this hand-in.",
        "No se encontró ningún cuaderno (.ipynb) ni archivo de Python (.py) en esta entrega.",
    ),
    "runs.sandbox_failed": (
        "Our sandbox failed, not your work: nothing was run and nothing is lost. Your teacher will run it again.",
        "Falló nuestro entorno aislado, no tu trabajo: no se ejecutó nada y no pierdes nada. Tu profesor lo ejecutará de nuevo.",
    ),
    "runs.machine_busy": (
        "The grading machine was too busy: the notebook had to wait for a processor and ran out of time. That is not your fault, and nothing is lost. It will be graded again.",
        "La máquina de corrección estaba demasiado ocupada: el cuaderno tuvo que esperar al procesador y se agotó el tiempo. No es culpa tuya y no pierdes nada. Se corregirá de nuevo.",
    ),
    "runs.still_busy": (
        "The grading machine was too busy in {tries:int} tries. That is not the student's fault. Grade this submission alone, or with fewer jobs (-j).",
        "La máquina de corrección estaba demasiado ocupada en {tries:int} intentos. No es culpa del estudiante. Corrige esta entrega sola o con menos trabajos a la vez (-j).",
    ),
    "runs.waited": (
        "A time limit was reached while the notebook waited instead of computing, for example in time.sleep(). Waiting counts a tenth.",
        "Se alcanzó un límite de tiempo mientras el cuaderno esperaba en lugar de calcular, por ejemplo en time.sleep(). La espera cuenta una décima parte.",
    ),
    "runs.broken_off": (
        "The run was broken off from inside: the program that watches it was ended or its reports were disturbed. What had arrived before counts.",
        "La ejecución se cortó desde dentro: se terminó el programa que la vigila o se alteraron sus informes. Cuenta lo que había llegado antes.",
    ),
    "runs.no_sandbox": (
        "Student code ran WITHOUT a sandbox (--unsafe-no-sandbox): it could read and change anything on the machine, this report too.",
        "El código de los estudiantes se ejecutó SIN aislar (--unsafe-no-sandbox): pudo leer y cambiar cualquier cosa de la máquina, también este informe.",
    ),
    # what happened while it ran
    "runs.import_repaired": (
        "In {cell:cell} an import that Keras 3 no longer has ran by its name of today: {today} (written: {written})",
        "En {cell:cell}, una importación que Keras 3 ya no tiene se ejecutó con su nombre actual: {today} (escrito: {written})",
    ),
    "runs.install_skipped": (
        "A line that installs something was skipped, because there is no internet while grading: {line}",
        "Se omitió una línea que instala algo, porque al corregir no hay internet: {line}",
    ),
    "runs.download_skipped": (
        "A line that downloads something was skipped, because there is no internet while grading: {line}",
        "Se omitió una línea que descarga algo, porque al corregir no hay internet: {line}",
    ),
    "runs.magic_skipped": (
        "{name} is not known here; it was passed over and the rest of its cell ran.",
        "Aquí no se conoce {name}; se omitió y el resto de su celda se ejecutó.",
    ),
    "runs.input_answered": (
        "input() was answered with an empty text, because nobody sits at the keyboard (it asked: {prompt})",
        "input() recibió un texto vacío, porque no hay nadie al teclado (preguntaba: {prompt})",
    ),
    "runs.output_cut": (
        "A cell printed more than 1 MB; the rest of its output was dropped.",
        "Una celda escribió más de 1 MB; el resto de su salida se descartó.",
    ),
    "runs.output_full": (
        "The models together are too large to keep; those saved last are missing.",
        "Los modelos juntos ocupan demasiado para guardarlos; faltan los últimos.",
    ),
    "runs.disk_full": (
        "The notebook's files fill the disk that it may use; what came after (answers, models) may be missing.",
        "Los archivos del cuaderno llenan el disco que puede usar; lo que vino después (respuestas, modelos) puede faltar.",
    ),
    "runs.not_reproducible": (
        "This notebook uses an operation that has no deterministic version, so another run can give slightly different numbers.",
        "Este cuaderno usa una operación que no tiene versión determinista, así que otra ejecución puede dar números algo distintos.",
    ),
    "runs.quick": (
        "This was a quick run: every training was cut to about {rows:int} images in all (epochs: at most {epochs:int}), so its losses and accuracies mean nothing yet.",
        "Ha sido una ejecución rápida: cada entrenamiento se cortó a unas {rows:int} imágenes en total (épocas: {epochs:int} como máximo), así que sus pérdidas y exactitudes todavía no significan nada.",
    ),
    "runs.untrained": (
        "Only structure and answers were looked at: no training took place, and the numbers of its history are missing.",
        "Solo se miraron estructura y respuestas: no hubo ningún entrenamiento, y faltan los números de su historial.",
    ),
    "runs.recorder_fault": (
        "Something of this run could not be recorded; your teacher should look at it ({error}).",
        "Algo de esta ejecución no se pudo registrar; tu profesor debería revisarlo ({error}).",
    ),
}
