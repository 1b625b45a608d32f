"""What scoring says: which model counts, what depends on what, who must look: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # nothing ran
    "scoring.nothing_handed_in": ("Nothing was handed in.", "No se ha entregado nada."),
    "scoring.could_not_run": (
        "The hand-in could not be run here; a person will look at it, and nothing is lost by that.",
        "La entrega no se pudo ejecutar aquí; una persona la mirará y no se pierde nada por ello.",
    ),
    "scoring.grader_failed": (
        "Our grader failed at this hand-in ({error} in {where}). That is our fault and costs nothing; a person will look at it.",
        "Nuestro corrector falló con esta entrega ({error} en {where}). Es culpa nuestra y no cuesta nada; una persona la mirará.",
    ),
    # measuring
    "scoring.no_outputs": (
        "The model's predictions are not there, so its accuracy is not known.",
        "No están las predicciones del modelo, así que no se conoce su exactitud.",
    ),
    "scoring.too_few_outputs": (
        "The model gives {values:int value|values} per image; with {classes:int} classes it needs {classes:int}, one for each.",
        "El modelo da {values:int valor|valores} por imagen; con {classes:int} clases necesita {classes:int}, uno por clase.",
    ),
    "scoring.output_is_a_map": (
        "The model gives values of shape {shape:shape} per image, not one row of {classes:int} values; Flatten or global pooling is missing before the last layer.",
        "El modelo da valores de forma {shape:shape} por imagen, no una fila de {classes:int} valores; falta Flatten o un pooling global antes de la última capa.",
    ),
    "scoring.not_finite": (
        "For {rows:int} of {all:int} test images the model gives values that are no numbers (NaN or infinite); they count as wrong.",
        "Para {rows:int} de {all:int} imágenes de prueba el modelo da valores que no son números (NaN o infinito); cuentan como fallos.",
    ),
    # which model
    "scoring.found_by_rubric": (
        "{name}: the variable that the exercise names",
        "{name}: la variable que nombra el enunciado",
    ),
    "scoring.found_by_own_name": (
        "{name}: its name is the one that the exercise asks for, «{wanted}»",
        "{name}: su nombre es el que pide el enunciado, «{wanted}»",
    ),
    "scoring.found_near": (
        "{name}: taken for «{wanted}», the name that the exercise asks for",
        "{name}: se ha tomado por «{wanted}», el nombre que pide el enunciado",
    ),
    "scoring.model_near": (
        "The model «{typed}» was taken for «{wanted}», the name that the exercise asks for. Nothing is lost by that.",
        "El modelo «{typed}» se ha tomado por «{wanted}», el nombre que pide el enunciado. No se pierde nada por ello.",
    ),
    "scoring.found_named": ("{name}: named as the final model", "{name}: nombrado como modelo final"),
    "scoring.found_rule_best": (
        "{name}: of {candidates:int} models, the one that earns most; this exercise grades the best one",
        "{name}: de {candidates:int} modelos, el que más puntos obtiene; este ejercicio califica el mejor",
    ),
    "scoring.found_rule_last": (
        "{found}; this exercise grades the last one",
        "{found}; este ejercicio califica el último",
    ),
    "scoring.found_own_loop": (
        "{name}: no model was trained with fit; the notebook seems to train this one in a loop of its own",
        "{name}: no se entrenó ningún modelo con fit; parece que el cuaderno entrena este en un bucle propio",
    ),
    "scoring.found_fit": ("{name}: the last model that was trained", "{name}: el último modelo que se entrenó"),
    "scoring.found_evaluate": (
        "{name}: no model was trained; this one was evaluated last",
        "{name}: no se entrenó ningún modelo; este es el último que se evaluó",
    ),
    "scoring.found_compile": (
        "{name}: no model was trained; this one was compiled last",
        "{name}: no se entrenó ningún modelo; este es el último que se compiló",
    ),
    "scoring.found_build": (
        "{name}: no model was trained; this one was created last",
        "{name}: no se entrenó ningún modelo; este es el último que se creó",
    ),
    "scoring.found_best": (
        "{name}: of {candidates:int} models, the one that earns most",
        "{name}: de {candidates:int} modelos, el que más puntos obtiene",
    ),
    "scoring.other_model": (
        "{name} ({params:int parameter|parameters}) would have earned {points:num point|points}",
        "{name} ({params:int parámetro|parámetros}) habría obtenido {points:num punto|puntos}",
    ),
    "scoring.other_graded": (
        "{name} ({params:int parameter|parameters}) is graded too, as «{role}»",
        "{name} ({params:int parámetro|parámetros}) también se califica, como «{role}»",
    ),
    "scoring.other_recorded": (
        "{name} ({params:int parameter|parameters}) is not graded, and its points were not worked out",
        "{name} ({params:int parámetro|parámetros}) no se califica, y no se calcularon sus puntos",
    ),
    "scoring.same_model": (
        "«{model}» is graded more than once: the rubric means it by each of these names: {names:list}.",
        "«{model}» se califica más de una vez: la rúbrica se refiere a él con cada uno de estos nombres: {names:list}.",
    ),
    "scoring.no_such_model": (
        "The exercise looks for a model in {name} and there is none there; the models of this notebook are: {models:list}.",
        "El enunciado busca un modelo en {name} y ahí no hay ninguno; los modelos de este cuaderno son: {models:list}.",
    ),
    # what depends on what
    "scoring.blocked": (
        "No points, because this depends on: {needs:titles}. By itself: {reason}",
        "Sin puntos, porque depende de: {needs:titles}. Por sí solo: {reason}",
    ),
    "scoring.blocked_share": (
        "At most {share:pct} of the points, because this depends on: {needs:titles}. By itself: {reason}",
        "Como máximo el {share:pct} de los puntos, porque depende de: {needs:titles}. Por sí solo: {reason}",
    ),
    "scoring.waits_for": (
        "This depends on something that a person must look at first: {needs:titles}.",
        "Depende de algo que una persona debe mirar antes: {needs:titles}.",
    ),
    "scoring.structure_look": (
        "Not judged in a look at structure and answers, in which nothing was trained.",
        "No se juzga en un vistazo a estructura y respuestas, en el que no se entrenó nada.",
    ),
    "scoring.quick_look": (
        "Not judged in a quick look, in which every training was cut short.",
        "No se juzga en un vistazo rápido, en el que cada entrenamiento se cortó.",
    ),
    "scoring.perhaps_cut": (
        "Not judged in an early look, which cuts trainings short. By itself: {reason}",
        "No se juzga en un vistazo, que acorta los entrenamientos. Por sí solo: {reason}",
    ),
    "scoring.check_failed": (
        "Our check {check} failed ({error}). That is our fault and costs nothing; a person will look at it.",
        "Falló nuestra comprobación {check} ({error}). Es culpa nuestra y no cuesta nada; una persona lo mirará.",
    ),
    # why a person must look
    "scoring.review_unjudged": (
        "To be judged by a person: {criteria:list}.",
        "Por juzgar por una persona: {criteria:list}.",
    ),
    "scoring.review_not_reproducible": (
        "The run is not reproducible: the notebook uses an operation that gives other numbers each time.",
        "La ejecución no es reproducible: el cuaderno usa una operación que da números distintos cada vez.",
    ),
    "scoring.review_claim": (
        "Only described by the notebook itself, not read as a file: {models:list}.",
        "Solo descrito por el propio cuaderno, no leído como archivo: {models:list}.",
    ),
    # a model that was not trained in this run
    "scoring.not_retrained": (
        "Not retrained: {name} reaches {accuracy:pct}, but its weights do not come from a training that we saw in this run.",
        "No reentrenado: {name} alcanza un {accuracy:pct}, pero sus pesos no vienen de un entrenamiento que hayamos visto en esta ejecución.",
    ),
    "scoring.not_retrained_loaded": (
        "Not retrained: {name} reaches {accuracy:pct}, but its weights do not come from a training that we saw in this run; {cell:cell} loads weights from {path}.",
        "No reentrenado: {name} alcanza un {accuracy:pct}, pero sus pesos no vienen de un entrenamiento que hayamos visto en esta ejecución; {cell:cell} carga pesos de {path}.",
    ),
    "scoring.not_retrained_set": (
        "Not retrained: {name} reaches {accuracy:pct}, but its weights do not come from a training that we saw in this run; {cell:cell} sets weights with set_weights.",
        "No reentrenado: {name} alcanza un {accuracy:pct}, pero sus pesos no vienen de un entrenamiento que hayamos visto en esta ejecución; {cell:cell} pone pesos con set_weights.",
    ),
    "scoring.weights_loaded": (
        "The notebook loads weights that were not trained in this run, from: {paths:list}.",
        "El cuaderno carga pesos que no se entrenaron en esta ejecución, de: {paths:list}.",
    ),
    "scoring.own_loop": (
        "{name} seems to be trained by a training loop of the notebook's own (GradientTape); what such a loop does is not recorded.",
        "{name} parece entrenado por un bucle de entrenamiento propio del cuaderno (GradientTape); lo que hace un bucle así no se registra.",
    ),
    # data that came with the hand-in
    "scoring.carried_code": (
        "The code is {kilobytes:int} kB long, most of it in {places:list}; code that a person types is far shorter, so somebody must look at it.",
        "El código ocupa {kilobytes:int} kB, la mayor parte en {places:list}; el código que se escribe a mano es mucho más corto, así que alguien debe mirarlo.",
    ),
    "scoring.carried_literals": (
        "The code holds {kilobytes:int} kB of text and numbers as literals, most of it in {places:list}; somebody must look at what they are.",
        "El código contiene {kilobytes:int} kB de textos y números literales, la mayor parte en {places:list}; alguien debe mirar qué son.",
    ),
    "scoring.claim_refuted": (
        "{name}: the notebook shows an accuracy of {claimed:pct} for its last training; measured on the same images, the same model reaches {measured:pct}. That training does not count, and somebody must look at how the number came about.",
        "{name}: el cuaderno muestra una exactitud del {claimed:pct} en su último entrenamiento; medido con las mismas imágenes, el mismo modelo llega al {measured:pct}. Ese entrenamiento no cuenta, y alguien debe mirar de dónde sale el número.",
    ),
    "scoring.test_above_train": (
        "{name} is better on the test images ({test:pct}) than on its training images ({train:pct}), by more than chance allows; somebody must look at how it came to know the test images.",
        "{name} acierta más con las imágenes de prueba ({test:pct}) que con las de entrenamiento ({train:pct}), más de lo que permite el azar; alguien debe mirar de qué conocía las imágenes de prueba.",
    ),
    "scoring.unmoved": (
        "The last training of {name} changed no weight measurably; somebody must look at where its weights come from.",
        "El último entrenamiento de {name} no cambió de forma apreciable ningún peso; alguien debe mirar de dónde salen.",
    ),
    "scoring.too_fast": (
        "The last training of {name} ({epochs:int epoch|epochs}) took {seconds:time}, which is faster than any processor; somebody must look at it.",
        "El último entrenamiento de {name} ({epochs:int época|épocas}) duró {seconds:time}, más rápido que cualquier procesador; alguien debe mirarlo.",
    ),
    "scoring.carried_pictures": (
        "Pictures of {kilobytes:int} kB came with the notebook and its code opens such files; somebody must look at what they are used for.",
        "Con el cuaderno vinieron imágenes de {kilobytes:int} kB y su código abre archivos así; alguien debe mirar para qué se usan.",
    ),
    "scoring.carried_names": (
        "The code holds {kilobytes:int} kB of different names; names can hold data, so somebody must look at what they are.",
        "El código contiene {kilobytes:int} kB de nombres distintos; los nombres pueden contener datos, así que alguien debe mirar qué son.",
    ),
    "scoring.carried_unpacked": (
        "{much} It also has calls that unpack data: {calls:list}.",
        "{much} También tiene llamadas que desempaquetan datos: {calls:list}.",
    ),
    "scoring.carried_reading": (
        "The code reads files of the hand-in that are not meant as data ({suffixes:list}), and these hold {kilobytes:int} kB besides code; somebody must look at what it reads.",
        "El código lee archivos de la entrega que no son de datos ({suffixes:list}), y estos contienen {kilobytes:int} kB además del código; alguien debe mirar qué lee.",
    ),
    "scoring.carried_files": (
        "Files that may hold data or weights came with the notebook: {files:list}. Somebody must look at what they are used for.",
        "Con el cuaderno vinieron archivos que pueden contener datos o pesos: {files:list}. Alguien debe mirar para qué se usan.",
    ),
    "scoring.carried_rewritten": (
        "These files came with the notebook, and the run wrote them anew: {files:list}.",
        "Estos archivos vinieron con el cuaderno y la ejecución los escribió de nuevo: {files:list}.",
    ),
    "scoring.place_cell": ("{cell:cell}", "{cell:cell}"),
    "scoring.place_file": ("{name}", "{name}"),
}
