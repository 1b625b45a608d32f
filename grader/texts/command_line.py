"""What the command line says: help of verbs and options, and the lines that verbs print: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # around every help page
    "command_line.page.usage": ("Usage:", "Uso:"),
    "command_line.page.arguments": ("Arguments", "Argumentos"),
    "command_line.page.options": ("Options", "Opciones"),
    "command_line.page.commands": ("Commands", "Órdenes"),
    "command_line.page.error": ("Error", "Error"),
    "command_line.page.default": ("[default: {}]", "[por defecto: {}]"),
    "command_line.page.required": ("[required]", "[obligatorio]"),
    "command_line.page.try_help": (
        "Try [blue]'{command_path} {help_option}'[/] for help.",
        "La ayuda está en [blue]'{command_path} {help_option}'[/].",
    ),
    "command_line.page.aborted": ("Aborted.", "Interrumpido."),
    "command_line.page.help": ("Show this page and leave.", "Muestra esta página y sale."),
    # the program
    "command_line.grader": (
        "Fair, explained grades for Keras notebooks. Student code runs in a sandbox and never meets the grader.",
        "Notas justas y explicadas para cuadernos de Keras. El código de los estudiantes se ejecuta aislado y nunca toca al evaluador.",
    ),
    "command_line.version": ("Print the version and leave.", "Muestra la versión y sale."),
    # options that several verbs have
    "command_line.course": ("A course folder of your own.", "Carpeta de un curso propio."),
    "command_line.data_folder": ("Folder or file of the data set.", "Carpeta o archivo del conjunto de datos."),
    "command_line.jobs": ("Hand-ins at once.", "Entregas a la vez."),
    "command_line.pages_lang": ("Language of the pages.", "Idioma de las páginas."),
    "command_line.roster": (
        "Class list: CSV with id, name, email, group.",
        "Lista de clase: CSV con id, name, email, group.",
    ),
    # stored evidence of another release
    "command_line.evidence.older": (
        "The stored results were made by another release of the grader, whose runs may differ: every submission runs again.",
        "Los resultados guardados son de otra versión del evaluador, cuyas ejecuciones pueden diferir: todas las entregas se ejecutan de nuevo.",
    ),
    "command_line.evidence.packages": (
        "The stored results were made with {then:list}, and {now:list} is installed now: every submission runs again.",
        "Los resultados guardados se hicieron con {then:list} y ahora está instalado {now:list}: todas las entregas se ejecutan de nuevo.",
    ),
    "command_line.evidence.measured": (
        "The stored accuracies were measured by another release of the grader: every model is measured again, and no submission runs again.",
        "Las exactitudes guardadas las midió otra versión del evaluador: cada modelo se mide de nuevo y ninguna entrega se ejecuta de nuevo.",
    ),
    # grade
    "command_line.grade.preparing": (
        "Submissions: {n:int}. Looking for stored results ...",
        "Entregas: {n:int}. Buscando resultados guardados ...",
    ),
    "command_line.grade.busy": (
        "This machine is too busy: {n:int} not graded yet. The same command tries again.",
        "Esta máquina está demasiado ocupada: sin corregir todavía: {n:int}. La misma orden lo intenta otra vez.",
    ),
    "command_line.grade.untouched": (
        "submitted the handout as it was given, nothing filled in: {names:list}",
        "entregaron el enunciado sin rellenar: {names:list}",
    ),
    "command_line.grade.not_graded": ("{n:int} files not graded:", "{n:int} archivos sin evaluar:"),
    "command_line.grade.not_graded_one": ("{n:int} file not graded:", "{n:int} archivo sin evaluar:"),
    "command_line.grade.not_graded_more": ("and {n:int} more: {path}", "y {n:int} más: {path}"),
    "command_line.grade": (
        "Grade hand-ins and write cards, a table and pages.",
        "Evalúa entregas y escribe fichas, una tabla y páginas.",
    ),
    "command_line.grade.exercise": (
        "Exercise id (mnist-mlp) or path to a rubric.",
        "Id del ejercicio (mnist-mlp) o ruta de una rúbrica.",
    ),
    "command_line.grade.paths": (
        "Folders or zips of hand-ins, or single notebooks.",
        "Carpetas o zips con entregas, o cuadernos sueltos.",
    ),
    "command_line.grade.out": (
        "Folder for cards, reports and evidence, outside the folders that are graded.",
        "Carpeta para fichas, informes y evidencias, fuera de las carpetas que se evalúan.",
    ),
    "command_line.grade.data": (
        "Folder or file of the data set; 'digits' for the embedded one.",
        "Carpeta o archivo del conjunto de datos; 'digits' para el incluido.",
    ),
    "command_line.grade.quick": (
        "A quick look: every training sees 2 % of the images in all, and only what needs no accuracy is judged.",
        "Un vistazo: cada entrenamiento ve en total el 2 % de las imágenes, y solo se juzga lo que no depende de una exactitud.",
    ),
    "command_line.grade.structure": (
        "No training at all: structure and answers of a whole class in moments. Histories of trainings hold no numbers.",
        "Ningún entrenamiento: estructura y respuestas de toda la clase en un momento. Los historiales no tienen números.",
    ),
    "command_line.grade.threads": (
        "Threads of TensorFlow in one run. One is best for a class; more only help a single large model.",
        "Hilos de TensorFlow en una ejecución. Uno es lo mejor para una clase; más solo ayudan a un único modelo grande.",
    ),
    "command_line.grade.fresh": (
        "Run everything again; use no stored evidence, and replace cards of another exercise.",
        "Ejecuta todo de nuevo, sin usar evidencias guardadas, y sustituye las fichas de otro ejercicio.",
    ),
    "command_line.grade.format": (
        "Further reports: junit. May be given several times.",
        "Otros informes: junit. Puede darse varias veces.",
    ),
    "command_line.grade.class": (
        "Read a single folder as a class: each file or folder in it is a submission.",
        "Si se da una sola carpeta, es la de una clase: cada archivo o carpeta que contiene es una entrega.",
    ),
    "command_line.grade.student": (
        "Read a single folder as the submission of one student.",
        "Si se da una sola carpeta, es la entrega de una sola persona.",
    ),
    "command_line.grade.id_column": (
        "Column of the class list that holds the ids.",
        "Columna de la lista de clase que contiene los identificadores.",
    ),
    "command_line.grade.unsafe": (
        "Run student code without a sandbox, with all your rights. Every card and page says so.",
        "Ejecuta el código de los estudiantes sin aislar, con todos tus permisos. Cada ficha y página lo dice.",
    ),
    # validate
    "command_line.validate": (
        "Test rubrics: the reference earns everything, every mutant loses exactly what it names.",
        "Prueba las rúbricas: la solución lo gana todo y cada mutante pierde justo lo que dice.",
    ),
    "command_line.validate.exercises": (
        "Exercises; none: all of the course.",
        "Ejercicios; ninguno: todos los del curso.",
    ),
    "command_line.validate.out": ("Folder that keeps cards and evidence.", "Carpeta que conserva fichas y evidencias."),
    "command_line.validate.junit": ("Write a JUnit file as well.", "Escribe además un archivo JUnit."),
    "command_line.validate.seeds": (
        "Train the reference with so many seeds and say on how many it passes.",
        "Entrena la solución con tantas semillas y dice en cuántas aprueba.",
    ),
    "command_line.validate.update": (
        "Write expected.json anew from what the references give.",
        "Escribe de nuevo expected.json con lo que dan las soluciones.",
    ),
    "command_line.validate.trusted": (
        "Run the course's own code without a sandbox, where none is possible.",
        "Ejecuta sin aislamiento el código del propio curso, donde no puede haberlo.",
    ),
    "command_line.validate.changed": (
        "Only exercises whose files changed, as git tells it.",
        "Solo los ejercicios cuyos archivos han cambiado, según git.",
    ),
    "command_line.validate.base": ("With --changed: since this commit.", "Con --changed: desde este commit."),
    # demo, doctor, schema, data
    "command_line.demo": (
        "Grade a class of made-up notebooks on the embedded data set; no network, under 3 minutes.",
        "Evalúa una clase inventada con el conjunto de datos incluido; sin red, en menos de 3 minutos.",
    ),
    "command_line.demo.out": ("Folder for the report.", "Carpeta para el informe."),
    "command_line.doctor": (
        "Try both sandboxes, the data and the versions, and say how to mend what is missing.",
        "Prueba los dos aislamientos, los datos y las versiones, y dice cómo arreglar lo que falte.",
    ),
    "command_line.schema": (
        "Print a JSON Schema: of rubrics (for editors) or of cards (for other tools).",
        "Muestra un JSON Schema: el de las rúbricas (para editores) o el de las fichas (para otros programas).",
    ),
    "command_line.schema.of": ("rubric or scorecard", "rubric (rúbrica) o scorecard (ficha)"),
    "command_line.data": ("The data sets that the exercises use.", "Los conjuntos de datos de los ejercicios."),
    "command_line.data.fetch": ("Download a data set and verify it.", "Descarga un conjunto de datos y lo comprueba."),
    "command_line.data.fetch.name": ("Data set, e.g. mnist.", "Conjunto de datos, p. ej. mnist."),
    "command_line.data.fetch.out": ("Folder; default: the Keras cache.", "Carpeta; por defecto, la caché de Keras."),
    "command_line.data.show": (
        "Say where a data set was found, and verify it.",
        "Dice dónde está un conjunto de datos y lo comprueba.",
    ),
    "command_line.data.show.name": ("Data set: mnist or digits.", "Conjunto de datos: mnist o digits."),
    # release
    "command_line.release": (
        "Write the handouts of exercises from their reference notebooks.",
        "Escribe los cuadernos para estudiantes a partir de los de referencia.",
    ),
    "command_line.release.exercises": (
        "Exercise ids; all of the course when none is given.",
        "Ids de ejercicios; sin ninguno, todos los del curso.",
    ),
    "command_line.release.out": (
        "Folder for the handouts; default: exercises/ of the course.",
        "Carpeta para los cuadernos; por defecto, exercises/ del curso.",
    ),
    "command_line.release.lang": ("Only this language; default: both.", "Solo este idioma; por defecto, los dos."),
    "command_line.release.roster": (
        "Class list: also write one handout per student where questions differ, and the teacher's answer key.",
        "Lista de clase: escribe además un cuaderno por estudiante donde las preguntas cambian, y la clave de respuestas.",
    ),
    "command_line.release.student": (
        "Only the handout of this student id.",
        "Solo el cuaderno de este id de estudiante.",
    ),
    "command_line.release.secret": (
        "For you alone, do not hand it out: {path}",
        "Solo para ti, no lo repartas: {path}",
    ),
    "command_line.release.students": (
        "{folder}: {count:int handout|handouts}, one per student and language",
        "{folder}: {count:int cuaderno|cuadernos}, uno por estudiante e idioma",
    ),
    "command_line.release.same_for_all": (
        "{exercise}: everybody has the same questions, so there is no handout per student",
        "{exercise}: todos tienen las mismas preguntas, así que no hay un cuaderno por estudiante",
    ),
    "command_line.release.public": (
        "The course has no secret: anybody who has this program can compute these variants. docs/your-own-course.md tells how to set one.",
        "El curso no tiene secreto: quien tenga este programa puede calcular estas variantes. docs/your-own-course.md explica cómo ponerlo.",
    ),
    # new
    "command_line.new": (
        "Start an exercise of your own: rubric, reference notebook and known mistakes, in your course folder.",
        "Empieza un ejercicio propio: rúbrica, cuaderno de referencia y errores conocidos, en la carpeta de tu curso.",
    ),
    "command_line.new.exercise": (
        "Id of the new exercise: lower-case letters, digits, - and _.",
        "Id del ejercicio nuevo: minúsculas, cifras, - y _.",
    ),
    "command_line.new.from": (
        "Exercise to copy; default: a small complete one.",
        "Ejercicio que se copia; por defecto, uno pequeño y completo.",
    ),
    "command_line.new.course": (
        "Your course folder, made when missing; default: the folder you are in.",
        "La carpeta de tu curso, que se crea si falta; por defecto, la carpeta actual.",
    ),
    "command_line.new.next": ("Next:", "Ahora:"),
    "command_line.new.edit": (
        "edit the notebook, and the rubric where a line says TODO",
        "edita el cuaderno, y la rúbrica donde una línea diga TODO",
    ),
    "command_line.new.todo_title": ("TODO: the title, in both languages", "TODO: el título, en los dos idiomas"),
    "command_line.new.todo_criteria": (
        "TODO: what you look at, the points, and a hint for each; grader schema rubric helps your editor",
        "TODO: qué se mira, con sus puntos y una pista; grader schema rubric ayuda a tu editor",
    ),
    "command_line.new.todo_mutants": (
        "TODO: mistakes that must cost points in exactly these criteria; grader validate tries them",
        "TODO: errores que deben costar puntos justo en estos criterios; grader validate los prueba",
    ),
}
