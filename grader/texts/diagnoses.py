"""Causes and cures of what failed: ``diagnoses.<id>`` says why, ``diagnoses.<id>.cure`` what to do: (English, Spanish).

Names and arguments are in ``texts.diagnoses_of_names``; what ran and is wrong, in ``texts.diagnoses_of_runs``; names
without a value and what follows from an earlier failure, in ``texts.diagnoses_of_order``.
"""

TEXTS: dict[str, tuple[str, str]] = {
    # shapes
    "diagnoses.flat_images": (
        "The images that you feed have the shape {given:shape}; the first layer wants {wanted:shape}.",
        "Las imágenes que das tienen la forma {given:shape}; la primera capa quiere {wanted:shape}.",
    ),
    "diagnoses.flat_images.cure": (
        "Feed the images as {wanted:shape}: do not flatten them, or `reshape` them back, before `fit`, `evaluate` and `predict`.",
        "Da las imágenes como {wanted:shape}: no las aplanes, o recupera su forma con `reshape`, antes de `fit`, `evaluate` y `predict`.",
    ),
    "diagnoses.unflat_images": (
        "The images that you feed have the shape {given:shape}; the first layer wants rows of {wanted:shape}.",
        "Las imágenes que das tienen la forma {given:shape}; la primera capa quiere filas de {wanted:shape}.",
    ),
    "diagnoses.unflat_images.cure": (
        "Flatten them, `x.reshape(len(x), -1)`, or begin the network with `Input` {given:shape} and `Flatten`.",
        "Aplánalas, `x.reshape(len(x), -1)`, o empieza la red con `Input` {given:shape} y `Flatten`.",
    ),
    "diagnoses.input_shape": (
        "The network was built for inputs {wanted:shape} and was given {given:shape}.",
        "La red se construyó para entradas {wanted:shape} y recibió {given:shape}.",
    ),
    "diagnoses.input_shape.cure": (
        "Write the shape of your images, {given:shape}, in the first layer, or bring the images to {wanted:shape}.",
        "Escribe en la primera capa la forma de tus imágenes, {given:shape}, o lleva las imágenes a {wanted:shape}.",
    ),
    "diagnoses.layer_width": (
        "The layer `{name}` was built for {wanted:int value|values} in the last axis and gets {given:int}.",
        "La capa `{name}` se construyó para {wanted:int valor|valores} en el último eje y recibe {given:int}.",
    ),
    "diagnoses.layer_width.cure": (
        "Feed images of the shape that `Input` names, or write their shape there; a single one is `x_test[:1]`, not `x_test[0]`.",
        "Da imágenes con la forma que dice `Input`, o escribe allí la que tienen; una sola es `x_test[:1]`, no `x_test[0]`.",
    ),
    "diagnoses.one_image": (
        "A single image was given; the network takes a batch of images, each of the shape {wanted:shape}.",
        "Se dio una sola imagen; la red recibe un lote de imágenes, cada una de forma {wanted:shape}.",
    ),
    "diagnoses.one_image.cure": (
        "Keep the first axis: `x_test[:1]` instead of `x_test[0]`, or `x[np.newaxis]`.",
        "Conserva el primer eje: `x_test[:1]` en lugar de `x_test[0]`, o `x[np.newaxis]`.",
    ),
    "diagnoses.no_channel": (
        "The layer `{name}` was given {given:shape}: the axis of the channels is missing.",
        "La capa `{name}` recibió {given:shape}: falta el eje de los canales.",
    ),
    "diagnoses.no_channel.cure": (
        "Use images of (28, 28, 1): `x.reshape(-1, 28, 28, 1)`, and `Input((28, 28, 1))`.",
        "Usa imágenes de (28, 28, 1): `x.reshape(-1, 28, 28, 1)`, e `Input((28, 28, 1))`.",
    ),
    "diagnoses.one_hot_sparse": (
        "The labels are one-hot rows of {n:int} values, but the sparse loss wants whole numbers.",
        "Las etiquetas son filas one-hot de {n:int} valores, pero la pérdida «sparse» quiere números enteros.",
    ),
    "diagnoses.one_hot_sparse.cure": (
        'Write `loss="categorical_crossentropy"`, or leave `to_categorical` out.',
        'Escribe `loss="categorical_crossentropy"`, o quita `to_categorical`.',
    ),
    "diagnoses.labels_categorical": (
        "The labels are whole numbers, but this loss compares {n:int} values for each image: it wants one-hot rows.",
        "Las etiquetas son números enteros, pero esta pérdida compara {n:int} valores por imagen: quiere filas one-hot.",
    ),
    "diagnoses.labels_categorical.cure": (
        'Write `loss="sparse_categorical_crossentropy"`, or convert the labels with `to_categorical(y, {n:int})`.',
        'Escribe `loss="sparse_categorical_crossentropy"`, o convierte las etiquetas con `to_categorical(y, {n:int})`.',
    ),
    "diagnoses.no_flatten": (
        "The network gives a map of {given:shape} for each image instead of one value for each class.",
        "La red da un mapa de {given:shape} por imagen en lugar de un valor por clase.",
    ),
    "diagnoses.no_flatten.cure": (
        "Put `Flatten()` (or `GlobalAveragePooling2D()`) before the last `Dense` layer.",
        "Pon `Flatten()` (o `GlobalAveragePooling2D()`) antes de la última capa `Dense`.",
    ),
    "diagnoses.units_labels": (
        "The last layer gives {units:int value|values} for each image, the labels have {n:int}.",
        "La última capa da {units:int valor|valores} por imagen, las etiquetas tienen {n:int}.",
    ),
    "diagnoses.units_labels.cure": (
        "Give the last layer as many units as there are classes: {n:int}.",
        "Da a la última capa tantas unidades como clases hay: {n:int}.",
    ),
    "diagnoses.label_range": (
        "A label is {label:int}, but the last layer has only {units:int class|classes}, counted from 0 on.",
        "Una etiqueta es {label:int}, pero la última capa solo tiene {units:int clase|clases}, contando desde 0.",
    ),
    "diagnoses.label_range.cure": (
        "The last layer needs one unit for each class: 10 for digits from 0 to 9.",
        "La última capa necesita una unidad por clase: 10 para cifras de 0 a 9.",
    ),
    "diagnoses.too_few_classes": (
        "`to_categorical` was told {n:int class|classes}, but there is a label {label:int}.",
        "A `to_categorical` se le {n:dijo|dijeron} {n:int clase|clases}, pero hay una etiqueta {label:int}.",
    ),
    "diagnoses.too_few_classes.cure": (
        "Give as many classes as the largest label plus 1: `to_categorical(y, 10)` for digits from 0 to 9.",
        "Da tantas clases como la etiqueta mayor más 1: `to_categorical(y, 10)` para cifras de 0 a 9.",
    ),
    "diagnoses.cardinality": (
        "Images and labels differ in number: {x} images, {y} labels.",
        "No hay tantas imágenes como etiquetas: {x} imágenes, {y} etiquetas.",
    ),
    "diagnoses.cardinality.cure": (
        "Cut both in the same way, and do not pair the training images with the test labels.",
        "Recorta ambas de la misma manera, y no juntes las imágenes de entrenamiento con las etiquetas de prueba.",
    ),
    "diagnoses.reshape": (
        "An array of {size} values cannot take the shape ({shape}).",
        "Una matriz de {size} valores no puede tomar la forma ({shape}).",
    ),
    "diagnoses.reshape.cure": (
        "The product of the new shape must be the number of values; let one axis be -1, as in `x.reshape(-1, 784)`.",
        "El producto de la forma nueva debe dar el número de valores; deja un eje en -1, como en `x.reshape(-1, 784)`.",
    ),
    "diagnoses.too_small": (
        "The image has become smaller than the window that is laid over it.",
        "La imagen ya es más pequeña que la ventana que se le pone encima.",
    ),
    "diagnoses.too_small.cure": (
        'Use fewer or smaller convolutions and poolings, or `padding="same"`.',
        'Usa menos convoluciones o agrupamientos, o más pequeños, o `padding="same"`.',
    ),
    # the order of things
    "diagnoses.not_compiled": (
        "The model was used before it was compiled.",
        "El modelo se usó antes de compilarlo.",
    ),
    "diagnoses.not_compiled.cure": (
        "Call `model.compile(...)` before `fit` and `evaluate`.",
        "Llama a `model.compile(...)` antes de `fit` y `evaluate`.",
    ),
    "diagnoses.no_layers": (
        "The model has no layers: nothing was added to it.",
        "El modelo no tiene capas: no se le añadió nada.",
    ),
    "diagnoses.no_layers.cure": (
        "Add its layers with `model.add(...)`, or give them as a list to `Sequential([...])`.",
        "Añade sus capas con `model.add(...)`, o dalas en una lista a `Sequential([...])`.",
    ),
    "diagnoses.layers_failed": (
        "The model has no layers, because {first:cell} failed.",
        "El modelo no tiene capas, porque falló {first:cell}.",
    ),
    "diagnoses.layers_failed.cure": ("Fix {first:cell} first.", "Arregla primero {first:cell}."),
    "diagnoses.not_built": (
        "The model was never told the shape of its input: it has no weights before its first training, and no `output`.",
        "Al modelo nunca se le dijo la forma de su entrada: no tiene pesos antes de entrenarse, ni `output`.",
    ),
    "diagnoses.not_built.cure": (
        "Begin it with `keras.Input(shape=...)`, the shape of one of your images: for example `(28, 28)`.",
        "Empiézalo con `keras.Input(shape=...)`, la forma de una de tus imágenes: por ejemplo `(28, 28)`.",
    ),
    "diagnoses.history_for_model": (
        "The variable holds the history of a training, no longer the model: `fit` does not return the model.",
        "La variable guarda el historial de un entrenamiento, ya no el modelo: `fit` no devuelve el modelo.",
    ),
    "diagnoses.history_for_model.cure": (
        "Write `history = model.fit(...)` and go on with `model.{name}`.",
        "Escribe `history = model.fit(...)` y sigue con `model.{name}`.",
    ),
    "diagnoses.none_for_object": (
        "The variable holds None: what was assigned to it returns nothing.",
        "La variable guarda None: lo que se le asignó no devuelve nada.",
    ),
    "diagnoses.none_for_object.cure": (
        "Call `compile`, `add` and `summary` on a line of their own, without `model = `.",
        "Llama a `compile`, `add` y `summary` en una línea propia, sin `model = `.",
    ),
    # files and places
    "diagnoses.no_file": ("The file `{name}` is not there.", "No existe el archivo `{name}`."),
    "diagnoses.no_file.cure": (
        "Hand it in beside the notebook, or make it in an earlier cell, and open it by its bare name.",
        "Entrégalo junto al cuaderno, o créalo en una celda anterior, y ábrelo por su nombre.",
    ),
    # code that is no code
    "diagnoses.print_statement": (
        "`print` without parentheses is Python 2.",
        "`print` sin paréntesis es Python 2.",
    ),
    "diagnoses.print_statement.cure": ("Write `print(...)`.", "Escribe `print(...)`."),
    "diagnoses.placeholder": (
        "A gap of the handout is still open here.",
        "Aquí queda un hueco del enunciado sin rellenar.",
    ),
    "diagnoses.placeholder.cure": ("Put your own code there.", "Pon ahí tu código."),
    "diagnoses.indentation": (
        "The lines here are not indented alike.",
        "Estas líneas no tienen la misma sangría.",
    ),
    "diagnoses.indentation.cure": (
        "Begin the lines of one block with the same number of spaces.",
        "Empieza las líneas de un mismo bloque con el mismo número de espacios.",
    ),
    "diagnoses.syntax": (
        "This cell is not valid Python, so none of its lines ran.",
        "Esta celda no es Python válido, así que no se ejecutó ninguna de sus líneas.",
    ),
    "diagnoses.syntax.cure": (
        "Look at the line shown and the one before it: brackets, quotes, commas, colons.",
        "Mira la línea mostrada y la anterior: paréntesis, comillas, comas, dos puntos.",
    ),
    "diagnoses.code_in_text": (
        "This cell is one long text: the code inside the quotes does not run.",
        "Esta celda es un solo texto: el código entre comillas no se ejecuta.",
    ),
    "diagnoses.code_in_text.cure": (
        "Take the quotes around the code away.",
        "Quita las comillas que rodean el código.",
    ),
    # cells that do not end
    "diagnoses.endless_loop": (
        "The `while` loop here did not end within the time limit.",
        "Este bucle `while` no terminó dentro del tiempo límite.",
    ),
    "diagnoses.endless_loop.cure": (
        "Give it an end that is always reached: `for attempt in range(5)`, or a counter in its condition.",
        "Ponle un final que siempre se alcance: `for intento in range(5)`, o un contador en la condición.",
    ),
    "diagnoses.too_slow": (
        "This cell did not end within the time limit.",
        "Esta celda no terminó dentro del tiempo límite.",
    ),
    "diagnoses.too_slow.cure": (
        "Train fewer epochs or smaller networks in one cell, and wait for nothing.",
        "Entrena menos épocas o redes más pequeñas en una celda, y no esperes a nada.",
    ),
    "diagnoses.recursion": (
        "A function calls itself without end.",
        "Una función se llama a sí misma sin fin.",
    ),
    "diagnoses.recursion.cure": (
        "Give it a case in which it returns without calling itself.",
        "Dale un caso en el que termine sin llamarse a sí misma.",
    ),
    "diagnoses.died": (
        "Python itself ended here: it took too much memory, or the code told it to leave.",
        "El propio Python terminó aquí: ocupó demasiada memoria, o el código le mandó salir.",
    ),
    "diagnoses.died.cure": (
        "Leave `os._exit` out, and use less memory: smaller batches, no copies of the images.",
        "Quita `os._exit`, y usa menos memoria: lotes más pequeños, sin copias de las imágenes.",
    ),
}
