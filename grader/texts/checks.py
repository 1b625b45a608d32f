"""What the checks say of a student's work: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # plain values, for "expected" and "got"
    "checks.text": ("{text}", "{text}"),
    "checks.whole": ("{value:int}", "{value:int}"),
    "checks.whole_or_real": ("{value:num}", "{value:num}"),
    "checks.share": ("{value:pct}", "{value:pct}"),
    "checks.shape": ("{shape:shape}", "{shape:shape}"),
    "checks.items": ("{items:list}", "{items:list}"),
    "checks.seconds": ("{seconds:time}", "{seconds:time}"),
    "checks.points": ("{value:two} points", "{value:two} puntos"),
    "checks.points_of_share": (
        "{typed:num} as a share: {value:two} points",
        "{typed:num} como proporción: {value:two} puntos",
    ),
    "checks.one_of": ("one of {items:list}", "una de {items:list}"),
    "checks.at_least": ("at least {least:int}", "al menos {least:int}"),
    "checks.between": ("{least:int} to {most:int}", "de {least:int} a {most:int}"),
    "checks.at_most_seconds": ("at most {limit:time}", "como máximo {limit:time}"),
    "checks.at_most_points": ("at most {limit:num point|points}", "como máximo {limit:num punto|puntos}"),
    "checks.points_between": ("between {low:two} and {high:two} points", "entre {low:two} y {high:two} puntos"),
    "checks.share_between": ("between {low:pct} and {high:pct}", "entre {low:pct} y {high:pct}"),
    "checks.output": ("{units} outputs, {activation}", "{units} salidas, {activation}"),
    "checks.teacher": ("{words:own}", "{words:own}"),
    # how a run ended, as a clause
    "checks.ended_error": ("the run ended in an error", "la ejecución terminó con un error"),
    "checks.ended_error_in": ("{cell:cell} ended in {error}", "{cell:cell} terminó con {error}"),
    "checks.ended_in": ("{cell:cell} did not end well", "{cell:cell} no terminó bien"),
    "checks.ended_perhaps_cut": (
        "{cell:cell} failed, perhaps only because an early look cuts trainings short",
        "{cell:cell} falló, quizá solo porque un vistazo acorta los entrenamientos",
    ),
    "checks.ended_timeout": ("the time limit was reached", "se agotó el tiempo"),
    "checks.ended_timeout_in": (
        "the time limit was reached in {cell:cell}",
        "se agotó el tiempo en {cell:cell}",
    ),
    "checks.ended_memory": ("the memory limit was reached", "se agotó la memoria"),
    "checks.ended_output": ("too much was printed", "se escribió demasiado en la salida"),
    "checks.ended_exit": ("the program ended before its last cell", "el programa terminó antes de la última celda"),
    # the run
    "checks.ran": ("Everything ran, from top to bottom.", "Se ejecutó todo, de arriba abajo."),
    "checks.did_not_run": (
        "The notebook does not run to its end from a fresh start: {reason}.",
        "El cuaderno no llega hasta el final desde un inicio limpio: {reason}.",
    ),
    "checks.did_not_run_more": (
        "The notebook does not run to its end from a fresh start: {reason}, and {further:int} more went wrong after it.",
        "El cuaderno no llega hasta el final desde un inicio limpio: {reason}, y después {further:falló|fallaron} {further:int} más.",
    ),
    "checks.in_time": (
        "It ran in {seconds:time}; {limit:time} were allowed.",
        "Se ejecutó en {seconds:time}; el máximo era {limit:time}.",
    ),
    "checks.imports_of_today": (
        "Every import has its name of today.",
        "Todas las importaciones tienen su nombre actual.",
    ),
    "checks.old_imports": (
        "Lines that import what Keras 3 no longer has: {n:int}. The first one, in {cell:cell}: {written} is today {today}.",
        "Líneas que importan lo que Keras 3 ya no tiene: {n:int}. La primera, en {cell:cell}: {written} es hoy {today}.",
    ),
    "checks.too_slow": (
        "It took {seconds:time}; {limit:time} were allowed. Fewer epochs or larger batches make it faster.",
        "Tardó {seconds:time}; el máximo era {limit:time}. Con menos épocas o lotes más grandes irá más rápido.",
    ),
    "checks.manual": ("A person marks this one.", "Esta parte la corrige una persona."),
    # no model, or one that we could not read
    "checks.no_model": (
        "No Keras model was built in the notebook, so there is nothing to look at.",
        "En el cuaderno no se construyó ningún modelo de Keras, así que no hay nada que mirar.",
    ),
    "checks.model_of_inner_keras": (
        "A network was built with `tensorflow.python.keras`, an old copy of Keras that cannot be read or trained here; a person will look at it. Import from `keras` or `tensorflow.keras` instead.",
        "Se construyó una red con `tensorflow.python.keras`, una copia antigua de Keras que aquí no se puede leer ni entrenar; una persona la mirará. Importa en su lugar de `keras` o `tensorflow.keras`.",
    ),
    "checks.no_model_named": (
        "No model in the notebook has the name that the exercise asks for.",
        "Ningún modelo del cuaderno tiene el nombre que pide el enunciado.",
    ),
    "checks.no_model_because": (
        "There is no model to look at: {reason}, before one was built.",
        "No hay ningún modelo que mirar: {reason} antes de construirlo.",
    ),
    "checks.no_layers": (
        "Nothing was added to the model: it has no layers.",
        "Al modelo no se le añadió nada: no tiene capas.",
    ),
    "checks.no_layers_because": (
        "Nothing was added to the model: {reason}, before its layers were added.",
        "Al modelo no se le añadió nada: {reason}, antes de añadir sus capas.",
    ),
    "checks.unbuilt": (
        "The model never got an input shape, so the sizes of its layers are not known. Begin it with keras.Input(shape=...), the shape of one of your images: for example {example:shape}.",
        "El modelo no recibió nunca una forma de entrada, así que no se conocen los tamaños de sus capas. Empiézalo con keras.Input(shape=...), la forma de una de tus imágenes: por ejemplo {example:shape}.",
    ),
    "checks.never_called": (
        "The model was never called on data, so the sizes of its layers are not known. Train it, or call it on one batch of images.",
        "El modelo no se llamó nunca con datos, así que no se conocen los tamaños de sus capas. Entrénalo, o llámalo con un lote de imágenes.",
    ),
    "checks.model_unknown": (
        "The model ({kind}) could not be read automatically; a person will look at it.",
        "El modelo ({kind}) no se pudo leer automáticamente; una persona lo mirará.",
    ),
    "checks.claim_unsure": (
        "The model could not be read as a file, only its description. By that: {reason} A person will look at it.",
        "El modelo no se pudo leer como archivo, solo su descripción. Según ella: {reason} Una persona lo mirará.",
    ),
    # layers
    "checks.input_right": ("The model takes inputs of shape {shape}.", "El modelo recibe entradas de forma {shape}."),
    "checks.input_wrong": (
        "The model takes inputs of shape {shape}, which is not what was asked for.",
        "El modelo recibe entradas de forma {shape}, que no es lo que se pedía.",
    ),
    "checks.input_unknown": (
        "The input shape of the model is not known.",
        "No se conoce la forma de entrada del modelo.",
    ),
    "checks.output_right": (
        "The model ends in an output of shape {shape} with {activation} ({kind}).",
        "El modelo termina en una salida de forma {shape} con {activation} ({kind}).",
    ),
    "checks.output_logits": (
        "The model ends in {shape} raw values ({activation}, {kind}), and the loss turns them into probabilities (from_logits=True): right as well.",
        "El modelo termina en {shape} valores sin transformar ({activation}, {kind}) y la función de pérdida los convierte en probabilidades (from_logits=True): también es correcto.",
    ),
    "checks.output_wrong": (
        "The model ends in an output of shape {shape} with the activation {activation} ({kind}).",
        "El modelo termina en una salida de forma {shape} con la activación {activation} ({kind}).",
    ),
    "checks.output_units": (
        "The model ends in {units:int unit|units} with {activation} ({kind}).",
        "El modelo termina en {units:int unidad|unidades} con {activation} ({kind}).",
    ),
    "checks.output_units_logits": (
        "The model ends in {units:int raw value|raw values} ({activation}, {kind}), and the loss turns {units:it|them} into probabilities (from_logits=True): right as well.",
        "El modelo termina en {units:int valor|valores} sin transformar ({activation}, {kind}) y la función de pérdida {units:lo|los} convierte en probabilidades (from_logits=True): también es correcto.",
    ),
    "checks.output_no_units": (
        "The model ends in a layer without units ({kind}) and with the activation {activation}.",
        "El modelo termina en una capa sin unidades ({kind}) y con la activación {activation}.",
    ),
    "checks.kinds_right": ("The layers are of the right kinds.", "Las capas son de los tipos correctos."),
    "checks.kinds_forbidden": (
        "The model has layers that this exercise does not allow: {kinds:list}.",
        "El modelo tiene capas que este ejercicio no permite: {kinds:list}.",
    ),
    "checks.kinds_lacking": (
        "Layers are missing (found / needed): {parts:list}.",
        "Faltan capas (hay / se necesitan): {parts:list}.",
    ),
    "checks.kinds_linear": (
        'No hidden layer has an activation ({layers:list}), so all of them together are worth no more than one layer. Give them activation="relu".',
        'Ninguna capa oculta tiene activación ({layers:list}), así que todas juntas no valen más que una sola capa. Ponles activation="relu".',
    ),
    "checks.count_right": (
        "The number of layers of the kind {kind} is right: {count:int}.",
        "El número de capas de tipo {kind} es correcto: {count:int}.",
    ),
    "checks.count_wrong": (
        "The number of layers of the kind {kind} is not right: {count:int}.",
        "El número de capas de tipo {kind} no es correcto: {count:int}.",
    ),
    "checks.params_right": (
        "The model has {total:int parameter|parameters}, as it should.",
        "El modelo tiene {total:int parámetro|parámetros}, como debe ser.",
    ),
    "checks.params_wrong": (
        "The model has {total:int} parameters; the layer table shows where they come from.",
        "El modelo tiene {total:int} parámetros; la tabla de capas muestra de dónde salen.",
    ),
    # layers beside a structure
    "checks.structure_right": (
        "Every expected layer is there, with its settings.",
        "Están todas las capas esperadas, con sus ajustes.",
    ),
    "checks.structure_wrong": (
        "Not all layers are as expected: {faults}.",
        "No todas las capas son las esperadas: {faults}.",
    ),
    "checks.structure_missing": ("missing: {layers:list}", "faltan: {layers:list}"),
    "checks.structure_settings": ("with other settings: {layers:list}", "con otros ajustes: {layers:list}"),
    "checks.structure_extra": ("not asked for: {layers:list}", "no se pedían: {layers:list}"),
    "checks.no_further_layers": ("There is no layer besides those asked for.", "No hay más capas que las pedidas."),
    "checks.further_layers": ("Layers that nobody asked for: {extra:list}.", "Capas que no se pedían: {extra:list}."),
    "checks.layer_right": ("The layer {layer} is there, with its settings.", "La capa {layer} está, con sus ajustes."),
    "checks.layer_missing": (
        "The layer {layer} ({kind}) was not found in its place.",
        "No se encontró la capa {layer} ({kind}) en su lugar.",
    ),
    "checks.layers_too_few": (
        "Of the layer {layer} there {count:is|are} {count:int}; at least {least:int} {least:is|are} needed.",
        "De la capa {layer} hay {count:int}; se {least:necesita|necesitan} al menos {least:int}.",
    ),
    "checks.layer_settings_wrong": (
        "The layer {layer} is there, but with other settings: {parts:list}.",
        "La capa {layer} está, pero con otros ajustes: {parts:list}.",
    ),
    "checks.shapes_right": (
        "The output shapes are right ({right:int} of {all:int}).",
        "Las formas de salida son correctas ({right:int} de {all:int}).",
    ),
    "checks.shapes_wrong": (
        "{right:int} of {all:int output shape is|output shapes are} right.",
        "{all:Es correcta|Son correctas} {right:int} de {all:int forma|formas} de salida.",
    ),
    "checks.shapes_follow": (
        "The shapes differ only because of an earlier layer; these layers do the right thing with what they are given: {layers:list}.",
        "Las formas solo difieren por una capa anterior; estas capas hacen lo correcto con lo que reciben: {layers:list}.",
    ),
    "checks.layer_params_right": (
        "The layer {layer} has {params:int parameter|parameters}: {derivation}.",
        "La capa {layer} tiene {params:int parámetro|parámetros}: {derivation}.",
    ),
    "checks.layer_params_follow": (
        "The layer {layer} has {params:int parameter|parameters} ({derivation}); that follows from an earlier layer, and this one is right.",
        "La capa {layer} tiene {params:int parámetro|parámetros} ({derivation}); se debe a una capa anterior, y esta es correcta.",
    ),
    "checks.layer_params_wrong": (
        "The layer {layer} has {params:int parameter|parameters}: {derivation}. That is not the number asked for.",
        "La capa {layer} tiene {params:int parámetro|parámetros}: {derivation}. No es el número que se pedía.",
    ),
    # training
    "checks.not_compiled": ("The model was never compiled.", "El modelo no se compiló nunca."),
    "checks.not_compiled_because": (
        "The model is not compiled, because {cell:cell} failed.",
        "El modelo está sin compilar, porque falló {cell:cell}.",
    ),
    "checks.compiled_right": ("The model was compiled as asked.", "El modelo se compiló como se pedía."),
    "checks.compiled_wrong": (
        "The model was compiled with something else: {parts:list}.",
        "El modelo se compiló con otra cosa: {parts:list}.",
    ),
    "checks.compiled_part": ("{what} = {own}", "{what} = {own}"),
    "checks.accuracy": (
        "{accuracy:pct} of {n:int} test images are recognised (95 % interval: {low:pct} to {high:pct}; full credit from {goal:pct}).",
        "Reconoce el {accuracy:pct} de {n:int} imágenes de prueba (intervalo del 95 %: de {low:pct} a {high:pct}; puntuación completa desde el {goal:pct}).",
    ),
    "checks.accuracy_of_runs": (
        "{accuracy:pct} of {n:int} test images are recognised, the median of {runs:int run|runs} (95 % interval: {low:pct} to {high:pct}; full credit from {goal:pct}).",
        "Reconoce el {accuracy:pct} de {n:int} imágenes de prueba, la mediana de {runs:int ejecución|ejecuciones} (intervalo del 95 %: de {low:pct} a {high:pct}; puntuación completa desde el {goal:pct}).",
    ),
    "checks.accuracy_goal": (
        "{goal:pct} for full credit; credit begins at {least:pct}",
        "{goal:pct} para la puntuación completa; se empieza a puntuar desde el {least:pct}",
    ),
    "checks.not_measured": (
        "The accuracy could not be measured; a person will look at it.",
        "No se pudo medir la exactitud; una persona lo mirará.",
    ),
    "checks.gap_small": (
        "Training {train:pct}, test {test:pct}: a gap of {gap:two} points.",
        "Entrenamiento {train:pct}, prueba {test:pct}: una brecha de {gap:two} puntos.",
    ),
    "checks.gap_large": (
        "Training {train:pct}, test {test:pct}: a gap of {gap:two} points is too large. Dropout, fewer units or fewer epochs make it smaller.",
        "Entrenamiento {train:pct}, prueba {test:pct}: una brecha de {gap:two} puntos es demasiado grande. Dropout, menos unidades o menos épocas la reducen.",
    ),
    "checks.never_trained": (
        "The model was never trained: fit was not called on it.",
        "El modelo no se entrenó: no se llamó a fit.",
    ),
    "checks.never_trained_because": (
        "The model was not trained: {reason} before the first epoch was done.",
        "El modelo no se entrenó: {reason} antes de acabar la primera época.",
    ),
    "checks.accuracy_untrained": (
        "The model was never trained: fit was not called on it. So it recognises only {accuracy:pct} of {n:int} test images.",
        "El modelo no se entrenó: no se llamó a fit. Por eso solo reconoce el {accuracy:pct} de {n:int} imágenes de prueba.",
    ),
    "checks.accuracy_untrained_because": (
        "The model was not trained: {reason} before the first epoch was done. So it recognises only {accuracy:pct} of {n:int} test images.",
        "El modelo no se entrenó: {reason} antes de acabar la primera época. Por eso solo reconoce el {accuracy:pct} de {n:int} imágenes de prueba.",
    ),
    "checks.trained_by_own_loop": (
        "fit was not called on this model; the notebook seems to train in a loop of its own, so a person will look at it.",
        "No se llamó a fit con este modelo; parece que el cuaderno entrena en un bucle propio, así que una persona lo mirará.",
    ),
    "checks.trained_on": (
        "The model saw {rows:int different image|different images} in training.",
        "El modelo vio {rows:int imagen distinta|imágenes distintas} al entrenar.",
    ),
    "checks.trained_on_test": (
        "{rows:int} of the images that fit was given are images of the test set. What a network saw in training tells nothing of new images: train with the training set only.",
        "{rows:int} de las imágenes que recibió fit son del conjunto de prueba. Lo que una red vio al entrenar no dice nada de imágenes nuevas: entrena solo con el conjunto de entrenamiento.",
    ),
    "checks.trained_on_too_few": (
        "The model saw only {rows:int different image|different images} in training; at least {least:int} {least:was|were} asked for.",
        "El modelo solo vio {rows:int imagen distinta|imágenes distintas} al entrenar; se {least:pedía|pedían} al menos {least:int}.",
    ),
    "checks.rows_unknown": (
        "How many different images the model saw in training is not known; a person will look at it.",
        "No se sabe cuántas imágenes distintas vio el modelo al entrenar; una persona lo mirará.",
    ),
    "checks.rows_in_parts": (
        "The model was trained in several parts, of at most {rows:int different image|different images} each; a person will see whether that is enough.",
        "El modelo se entrenó en varias partes, de {rows:int imagen distinta|imágenes distintas} como mucho cada una; una persona verá si es suficiente.",
    ),
}
