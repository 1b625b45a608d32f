"""Causes and cures of what failed: ``diagnoses.<id>`` says why, ``diagnoses.<id>.cure`` what to do: (English, Spanish).

What ran and is wrong stands in ``texts.diagnoses_of_runs``.
"""

TEXTS: dict[str, tuple[str, str]] = {
    # names that Keras no longer has
    "diagnoses.np_utils": ("`np_utils` no longer exists in Keras 3.", "`np_utils` ya no existe en Keras 3."),
    "diagnoses.np_utils.cure": (
        "Write `from keras.utils import to_categorical` and call `to_categorical(y, 10)`.",
        "Escribe `from keras.utils import to_categorical` y llama a `to_categorical(y, 10)`.",
    ),
    "diagnoses.image_data_generator": (
        "`ImageDataGenerator` is not in Keras 3 any more.", "`ImageDataGenerator` ya no está en Keras 3.",
    ),
    "diagnoses.image_data_generator.cure": (
        "Use the layers `keras.layers.RandomRotation`, `RandomTranslation` and `RandomZoom`, or import it from `tensorflow.keras.preprocessing.image`.",
        "Usa las capas `keras.layers.RandomRotation`, `RandomTranslation` y `RandomZoom`, o impórtalo de `tensorflow.keras.preprocessing.image`.",
    ),
    "diagnoses.keras_module": (
        "The module `{name}` existed only in early versions of Keras.", "El módulo `{name}` solo existía en las primeras versiones de Keras.",
    ),
    "diagnoses.keras_module.cure": (
        "Import its classes from `{today}`.", "Importa sus clases de `{today}`.",
    ),
    "diagnoses.wrappers": (
        "`keras.wrappers.{name}` no longer exists.", "`keras.wrappers.{name}` ya no existe.",
    ),
    "diagnoses.wrappers.cure": (
        "Train with `model.fit`; if you need the wrapper, it is `keras.wrappers.SKLearnClassifier` now.",
        "Entrena con `model.fit`; si necesitas el adaptador, ahora es `keras.wrappers.SKLearnClassifier`.",
    ),
    "diagnoses.renamed_import": (
        "`{name}` is not in Keras under this name.", "`{name}` no está en Keras con este nombre.",
    ),
    "diagnoses.renamed_import.cure": ("Import `{today}`.", "Importa `{today}`."),
    "diagnoses.unknown_import": (
        "`{module}` has no `{name}`: it was removed, renamed, or is written otherwise.", "`{module}` no tiene `{name}`: se eliminó, cambió de nombre o se escribe de otra manera.",
    ),
    "diagnoses.unknown_import.cure": (
        "Look it up in the documentation of today's version and import it from where it is now.",
        "Búscalo en la documentación de la versión actual e impórtalo de donde está ahora.",
    ),
    "diagnoses.legacy_optimizer": (
        "`keras.optimizers.legacy` no longer exists.", "`keras.optimizers.legacy` ya no existe.",
    ),
    "diagnoses.legacy_optimizer.cure": (
        "Import the optimizer from `keras.optimizers`.", "Importa el optimizador de `keras.optimizers`.",
    ),
    "diagnoses.removed_method": (
        "Models have no method `{name}` any more.", "Los modelos ya no tienen el método `{name}`.",
    ),
    "diagnoses.removed_method.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.removed_argument": (
        "The argument `{name}` has another name in today's Keras.", "El argumento `{name}` se llama de otra manera en el Keras actual.",
    ),
    "diagnoses.removed_argument.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.unknown_argument": (
        "`{owner}` takes no argument `{name}`.", "`{owner}` no acepta el argumento `{name}`.",
    ),
    "diagnoses.unknown_argument.cure": (
        "Look at the spelling, and at the arguments in its definition or in today's documentation.", "Revisa cómo se escribe y qué argumentos indica su definición o la documentación actual.",
    ),
    "diagnoses.backend": (
        "`keras.backend.{name}` belongs to early versions of Keras.", "`keras.backend.{name}` es de las primeras versiones de Keras.",
    ),
    "diagnoses.backend.cure": (
        "Leave the line out; images have their channels last, (28, 28, 1).", "Quita la línea; las imágenes llevan los canales al final, (28, 28, 1).",
    ),
    "diagnoses.backend_function": (
        "`keras.backend` no longer has the function `{name}`.", "`keras.backend` ya no tiene la función `{name}`.",
    ),
    "diagnoses.backend_function.cure": (
        "What is done with tensors is in `keras.ops` now: try `keras.ops.{name}`.", "Lo que se hace con tensores está ahora en `keras.ops`: prueba `keras.ops.{name}`.",
    ),
    "diagnoses.history_key": (
        "The history has no entry `{name}`: today's Keras names its entries as `metrics` does.", "El historial no tiene la entrada `{name}`: el Keras actual llama a sus entradas como en `metrics`.",
    ),
    "diagnoses.history_key.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.no_metrics": (
        "Nobody measured `{name}`: the model was compiled without `metrics`, so there is only the loss.", "Nadie midió `{name}`: el modelo se compiló sin `metrics`, así que solo hay pérdida.",
    ),
    "diagnoses.no_metrics.cure": (
        "Compile with `metrics=[\"accuracy\"]`.", "Compila con `metrics=[\"accuracy\"]`.",
    ),
    "diagnoses.no_validation": (
        "The history holds no `{name}`: this training had no validation data.", "El historial no tiene `{name}`: este entrenamiento no tuvo datos de validación.",
    ),
    "diagnoses.no_validation.cure": (
        "Give `fit` the argument `validation_split=0.1` or `validation_data=(x, y)`; then the history has `{today}`.", "Da a `fit` el argumento `validation_split=0.1` o `validation_data=(x, y)`; entonces el historial tendrá `{today}`.",
    ),
    "diagnoses.monitor": (
        "`{owner}` watches `{name}`, which today's Keras does not know.", "`{owner}` vigila `{name}`, que el Keras actual no conoce.",
    ),
    "diagnoses.monitor.cure": ("Write `monitor=\"{today}\"`.", "Escribe `monitor=\"{today}\"`."),
    "diagnoses.tf1": (
        "`{name}` belongs to TensorFlow 1 and no longer exists.", "`{name}` es de TensorFlow 1 y ya no existe.",
    ),
    "diagnoses.tf1.cure": (
        "Write the network with Keras: `keras.Sequential`, `compile`, `fit`, `evaluate`.", "Escribe la red con Keras: `keras.Sequential`, `compile`, `fit`, `evaluate`.",
    ),
    "diagnoses.tf1_data": (
        "`tensorflow.examples` was removed with TensorFlow 2.", "`tensorflow.examples` se eliminó con TensorFlow 2.",
    ),
    "diagnoses.tf1_data.cure": (
        "Load the images with `keras.datasets.mnist.load_data()`.", "Carga las imágenes con `keras.datasets.mnist.load_data()`.",
    ),
    "diagnoses.torch": (
        "This work uses PyTorch (`{name}`), which is not installed: the exercise is about Keras.", "Este trabajo usa PyTorch (`{name}`), que no está instalado: el ejercicio es de Keras.",
    ),
    "diagnoses.torch.cure": ("Write the network with `keras`.", "Escribe la red con `keras`."),
    "diagnoses.own_module": (
        "The module `{name}` is neither installed here nor among the files that were handed in.", "El módulo `{name}` ni está instalado aquí ni está entre los archivos entregados.",
    ),
    "diagnoses.own_module.cure": (
        "Hand in `{name}.py` together with the notebook, or copy its code into a cell.", "Entrega `{name}.py` junto con el cuaderno, o copia su código en una celda.",
    ),
    "diagnoses.not_installed": (
        "The library `{name}` is not installed where this was graded.", "La biblioteca `{name}` no está instalada donde se corrigió.",
    ),
    "diagnoses.not_installed.cure": (
        "Do without it, or put its import in a cell of its own, so that nothing else fails with it.", "Prescinde de ella, o ponla en una celda aparte para que no falle nada más con ella.",
    ),
    "diagnoses.numpy_alias": (
        "`np.{name}` was removed from NumPy.", "`np.{name}` se eliminó de NumPy.",
    ),
    "diagnoses.numpy_alias.cure": ("Write `{today}`.", "Escribe `{today}`."),
    # arguments that are not accepted
    "diagnoses.metrics_text": (
        "`metrics` is a text here; Keras wants a list.", "`metrics` es aquí un texto; Keras quiere una lista.",
    ),
    "diagnoses.metrics_text.cure": ("Write `metrics=[\"accuracy\"]`.", "Escribe `metrics=[\"accuracy\"]`."),
    "diagnoses.shape_number": (
        "A shape must be a tuple; `({name})` is only the number {name}.", "Una forma debe ser una tupla; `({name})` es solo el número {name}.",
    ),
    "diagnoses.shape_number.cure": ("Write `({name},)`, with the comma.", "Escribe `({name},)`, con la coma."),
    "diagnoses.data_path": (
        "Today's Keras takes only a bare file name in `load_data`, not the path `{name}`.", "El Keras actual solo admite en `load_data` un nombre de archivo, no la ruta `{name}`.",
    ),
    "diagnoses.data_path.cure": ("Write `load_data()` without a path.", "Escribe `load_data()` sin ruta."),
    "diagnoses.identifier": (
        "Keras does not know the name `{name}` ({what}).", "Keras no conoce el nombre `{name}` ({what}).",
    ),
    "diagnoses.identifier.cure": ("Look at the spelling of `{name}`.", "Revisa cómo se escribe `{name}`."),
    "diagnoses.save_suffix": (
        "Keras saves under this name only with the suffix `{today}`.", "Keras solo guarda con este nombre si acaba en `{today}`.",
    ),
    "diagnoses.save_suffix.cure": ("Let the file's name end in `{today}`.", "Haz que el nombre del archivo acabe en `{today}`."),
    "diagnoses.load_compiled": (
        "A model that was saved as .h5 with `{name}`, a loss or metric by its short name, cannot be compiled again when it is loaded.", "Un modelo guardado como .h5 con `{name}`, una pérdida o métrica con su nombre corto, no se puede volver a compilar al cargarlo.",
    ),
    "diagnoses.load_compiled.cure": (
        "Load it with `compile=False`, or save it as `.keras`.", "Cárgalo con `compile=False`, o guárdalo como `.keras`.",
    ),
    "diagnoses.no_layer": (
        "This model has no layer called `{name}`; its layers are: {there:list}.", "Este modelo no tiene ninguna capa llamada `{name}`; sus capas son: {there:list}.",
    ),
    "diagnoses.no_layer.cure": (
        "Give the layer that name with `name=\"{name}\"`, or take it by its place: `model.layers[0]` is the first.", "Da ese nombre a la capa con `name=\"{name}\"`, o tómala por su posición: `model.layers[0]` es la primera.",
    ),
    # shapes
    "diagnoses.flat_images": (
        "The images that you feed have the shape {given:shape}; the first layer wants {wanted:shape}.", "Las imágenes que das tienen la forma {given:shape}; la primera capa quiere {wanted:shape}.",
    ),
    "diagnoses.flat_images.cure": (
        "Feed the images as {wanted:shape}: do not flatten them, or `reshape` them back, before `fit`, `evaluate` and `predict`.", "Da las imágenes como {wanted:shape}: no las aplanes, o recupera su forma con `reshape`, antes de `fit`, `evaluate` y `predict`.",
    ),
    "diagnoses.unflat_images": (
        "The images that you feed have the shape {given:shape}; the first layer wants rows of {wanted:shape}.", "Las imágenes que das tienen la forma {given:shape}; la primera capa quiere filas de {wanted:shape}.",
    ),
    "diagnoses.unflat_images.cure": (
        "Flatten them, `x.reshape(len(x), -1)`, or begin the network with `Input` {given:shape} and `Flatten`.", "Aplánalas, `x.reshape(len(x), -1)`, o empieza la red con `Input` {given:shape} y `Flatten`.",
    ),
    "diagnoses.input_shape": (
        "The network was built for inputs {wanted:shape} and was given {given:shape}.", "La red se construyó para entradas {wanted:shape} y recibió {given:shape}.",
    ),
    "diagnoses.input_shape.cure": (
        "Write the shape of your images, {given:shape}, in the first layer, or bring the images to {wanted:shape}.", "Escribe en la primera capa la forma de tus imágenes, {given:shape}, o lleva las imágenes a {wanted:shape}.",
    ),
    "diagnoses.layer_width": (
        "The layer `{name}` was built for {wanted:int} values in the last axis and gets {given:int}.", "La capa `{name}` se construyó para {wanted:int} valores en el último eje y recibe {given:int}.",
    ),
    "diagnoses.layer_width.cure": (
        "Feed images of the shape that `Input` names, or write their shape there; a single one is `x_test[:1]`, not `x_test[0]`.", "Da imágenes con la forma que dice `Input`, o escribe allí la que tienen; una sola es `x_test[:1]`, no `x_test[0]`.",
    ),
    "diagnoses.one_image": (
        "A single image was given; the network takes a batch of images, each of the shape {wanted:shape}.", "Se dio una sola imagen; la red recibe un lote de imágenes, cada una de forma {wanted:shape}.",
    ),
    "diagnoses.one_image.cure": (
        "Keep the first axis: `x_test[:1]` instead of `x_test[0]`, or `x[np.newaxis]`.", "Conserva el primer eje: `x_test[:1]` en lugar de `x_test[0]`, o `x[np.newaxis]`.",
    ),
    "diagnoses.no_channel": (
        "The layer `{name}` was given {given:shape}: the axis of the channels is missing.", "La capa `{name}` recibió {given:shape}: falta el eje de los canales.",
    ),
    "diagnoses.no_channel.cure": (
        "Use images of (28, 28, 1): `x.reshape(-1, 28, 28, 1)`, and `Input((28, 28, 1))`.", "Usa imágenes de (28, 28, 1): `x.reshape(-1, 28, 28, 1)`, e `Input((28, 28, 1))`.",
    ),
    "diagnoses.one_hot_sparse": (
        "The labels are one-hot rows of {n:int} values, but the sparse loss wants whole numbers.", "Las etiquetas son filas one-hot de {n:int} valores, pero la pérdida «sparse» quiere números enteros.",
    ),
    "diagnoses.one_hot_sparse.cure": (
        "Write `loss=\"categorical_crossentropy\"`, or leave `to_categorical` out.", "Escribe `loss=\"categorical_crossentropy\"`, o quita `to_categorical`.",
    ),
    "diagnoses.labels_categorical": (
        "The labels are whole numbers, but this loss compares {n:int} values for each image: it wants one-hot rows.", "Las etiquetas son números enteros, pero esta pérdida compara {n:int} valores por imagen: quiere filas one-hot.",
    ),
    "diagnoses.labels_categorical.cure": (
        "Write `loss=\"sparse_categorical_crossentropy\"`, or convert the labels with `to_categorical(y, {n:int})`.", "Escribe `loss=\"sparse_categorical_crossentropy\"`, o convierte las etiquetas con `to_categorical(y, {n:int})`.",
    ),
    "diagnoses.no_flatten": (
        "The network gives a map of {given:shape} for each image instead of one value for each class.", "La red da un mapa de {given:shape} por imagen en lugar de un valor por clase.",
    ),
    "diagnoses.no_flatten.cure": (
        "Put `Flatten()` (or `GlobalAveragePooling2D()`) before the last `Dense` layer.", "Pon `Flatten()` (o `GlobalAveragePooling2D()`) antes de la última capa `Dense`.",
    ),
    "diagnoses.units_labels": (
        "The last layer gives {units:int} values for each image, the labels have {n:int}.", "La última capa da {units:int} valores por imagen, las etiquetas tienen {n:int}.",
    ),
    "diagnoses.units_labels.cure": (
        "Give the last layer as many units as there are classes: {n:int}.", "Da a la última capa tantas unidades como clases hay: {n:int}.",
    ),
    "diagnoses.label_range": (
        "A label is {label:int}, but the last layer has only the {units:int} classes from 0 on.", "Una etiqueta es {label:int}, pero la última capa solo tiene las {units:int} clases a partir de 0.",
    ),
    "diagnoses.label_range.cure": (
        "The last layer needs one unit for each class: 10 for digits from 0 to 9.", "La última capa necesita una unidad por clase: 10 para cifras de 0 a 9.",
    ),
    "diagnoses.too_few_classes": (
        "`to_categorical` was told {n:int} classes, but there is a label {label:int}.", "A `to_categorical` se le dijeron {n:int} clases, pero hay una etiqueta {label:int}.",
    ),
    "diagnoses.too_few_classes.cure": (
        "Give as many classes as the largest label plus 1: `to_categorical(y, 10)` for digits from 0 to 9.", "Da tantas clases como la etiqueta mayor más 1: `to_categorical(y, 10)` para cifras de 0 a 9.",
    ),
    "diagnoses.cardinality": (
        "Images and labels differ in number: {x} images, {y} labels.", "No hay tantas imágenes como etiquetas: {x} imágenes, {y} etiquetas.",
    ),
    "diagnoses.cardinality.cure": (
        "Cut both in the same way, and do not pair the training images with the test labels.", "Recorta ambas de la misma manera, y no juntes las imágenes de entrenamiento con las etiquetas de prueba.",
    ),
    "diagnoses.reshape": (
        "An array of {size} values cannot take the shape ({shape}).", "Una matriz de {size} valores no puede tomar la forma ({shape}).",
    ),
    "diagnoses.reshape.cure": (
        "The product of the new shape must be the number of values; let one axis be -1, as in `x.reshape(-1, 784)`.", "El producto de la forma nueva debe dar el número de valores; deja un eje en -1, como en `x.reshape(-1, 784)`.",
    ),
    "diagnoses.too_small": (
        "The image has become smaller than the window that is laid over it.", "La imagen ya es más pequeña que la ventana que se le pone encima.",
    ),
    "diagnoses.too_small.cure": (
        "Use fewer or smaller convolutions and poolings, or `padding=\"same\"`.", "Usa menos convoluciones o agrupamientos, o más pequeños, o `padding=\"same\"`.",
    ),
    # the order of things
    "diagnoses.not_compiled": ("The model was trained before it was compiled.", "El modelo se entrenó antes de compilarlo."),
    "diagnoses.not_compiled.cure": (
        "Call `model.compile(...)` before `fit` and `evaluate`.", "Llama a `model.compile(...)` antes de `fit` y `evaluate`.",
    ),
    "diagnoses.compile_failed": (
        "The model is not compiled, because cell {first:int} failed.", "El modelo está sin compilar, porque falló la celda {first:int}.",
    ),
    "diagnoses.compile_failed.cure": ("Mend cell {first:int} first.", "Arregla primero la celda {first:int}."),
    "diagnoses.not_built": (
        "The model was never told the shape of its input: it has no weights before its first training, and no `output`.", "Al modelo nunca se le dijo la forma de su entrada: no tiene pesos antes de entrenarse, ni `output`.",
    ),
    "diagnoses.not_built.cure": (
        "Begin it with `keras.Input((28, 28))` (the shape of one image).", "Empiézalo con `keras.Input((28, 28))` (la forma de una imagen).",
    ),
    "diagnoses.history_for_model": (
        "The variable holds the history of a training, no longer the model: `fit` does not return the model.", "La variable guarda el historial de un entrenamiento, ya no el modelo: `fit` no devuelve el modelo.",
    ),
    "diagnoses.history_for_model.cure": (
        "Write `history = model.fit(...)` and go on with `model.{name}`.", "Escribe `history = model.fit(...)` y sigue con `model.{name}`.",
    ),
    "diagnoses.none_for_object": (
        "The variable holds None: what was assigned to it returns nothing.", "La variable guarda None: lo que se le asignó no devuelve nada.",
    ),
    "diagnoses.none_for_object.cure": (
        "Call `compile`, `add` and `summary` on a line of their own, without `model = `.", "Llama a `compile`, `add` y `summary` en una línea propia, sin `model = `.",
    ),
    "diagnoses.follows": (
        "`{name}` would have been made in cell {first:int}, which failed.", "`{name}` se habría creado en la celda {first:int}, que falló.",
    ),
    "diagnoses.follows.cure": ("Mend cell {first:int} first.", "Arregla primero la celda {first:int}."),
    "diagnoses.made_later": (
        "`{name}` is made only in cell {later:int}, further below: here the cells ran from top to bottom.", "`{name}` se crea más abajo, en la celda {later:int}: aquí las celdas se ejecutaron de arriba abajo.",
    ),
    "diagnoses.made_later.cure": (
        "Move that cell up; then try Restart and Run All.", "Sube esa celda; después prueba con Reiniciar y ejecutar todo.",
    ),
    "diagnoses.never_made": (
        "Nothing in the notebook makes `{name}`: it is misspelt, or the cell that made it was deleted.", "Nada en el cuaderno crea `{name}`: está mal escrito, o se borró la celda que lo creaba.",
    ),
    "diagnoses.never_made.cure": (
        "Look at the spelling; then try Restart and Run All before you hand in.", "Revisa cómo se escribe; después prueba con Reiniciar y ejecutar todo antes de entregar.",
    ),
    # files and places
    "diagnoses.drive": (
        "`{name}` lies in your Google Drive, which is not there while grading.", "`{name}` está en tu Google Drive, que no existe al corregir.",
    ),
    "diagnoses.drive.cure": (
        "Hand in the file beside the notebook and open it by its bare name; MNIST itself comes with `keras.datasets`.", "Entrega el archivo junto al cuaderno y ábrelo por su nombre; MNIST ya viene con `keras.datasets`.",
    ),
    "diagnoses.no_file": ("The file `{name}` is not there.", "No existe el archivo `{name}`."),
    "diagnoses.no_file.cure": (
        "Hand it in beside the notebook, or make it in an earlier cell, and open it by its bare name.", "Entrégalo junto al cuaderno, o créalo en una celda anterior, y ábrelo por su nombre.",
    ),
    # code that is no code
    "diagnoses.print_statement": (
        "`print` without parentheses is Python 2.", "`print` sin paréntesis es Python 2.",
    ),
    "diagnoses.print_statement.cure": ("Write `print(...)`.", "Escribe `print(...)`."),
    "diagnoses.placeholder": (
        "A gap of the handout is still open in this cell.", "En esta celda queda un hueco del enunciado sin rellenar.",
    ),
    "diagnoses.placeholder.cure": ("Put your own code there.", "Pon ahí tu código."),
    "diagnoses.indentation": (
        "The lines of this cell are not indented alike.", "Las líneas de esta celda no tienen la misma sangría.",
    ),
    "diagnoses.indentation.cure": (
        "Begin the lines of one block with the same number of spaces.", "Empieza las líneas de un mismo bloque con el mismo número de espacios.",
    ),
    "diagnoses.syntax": (
        "This cell is not valid Python, so none of its lines ran.", "Esta celda no es Python válido, así que no se ejecutó ninguna de sus líneas.",
    ),
    "diagnoses.syntax.cure": (
        "Look at the line shown and the one before it: brackets, quotes, commas, colons.", "Mira la línea mostrada y la anterior: paréntesis, comillas, comas, dos puntos.",
    ),
    "diagnoses.code_in_text": (
        "This cell is one long text: the code inside the quotes does not run.", "Esta celda es un solo texto: el código entre comillas no se ejecuta.",
    ),
    "diagnoses.code_in_text.cure": ("Take the quotes around the code away.", "Quita las comillas que rodean el código."),
    # cells that do not end
    "diagnoses.endless_loop": (
        "The `while` loop of this cell did not end within the time limit.", "El bucle `while` de esta celda no terminó dentro del tiempo límite.",
    ),
    "diagnoses.endless_loop.cure": (
        "Give it an end that is always reached: `for attempt in range(5)`, or a counter in its condition.", "Ponle un final que siempre se alcance: `for intento in range(5)`, o un contador en la condición.",
    ),
    "diagnoses.too_slow": ("This cell did not end within the time limit.", "Esta celda no terminó dentro del tiempo límite."),
    "diagnoses.too_slow.cure": (
        "Train fewer epochs or smaller networks in one cell, and wait for nothing.", "Entrena menos épocas o redes más pequeñas en una celda, y no esperes a nada.",
    ),
    "diagnoses.recursion": (
        "A function calls itself without end.", "Una función se llama a sí misma sin fin.",
    ),
    "diagnoses.recursion.cure": (
        "Give it a case in which it returns without calling itself.", "Dale un caso en el que termine sin llamarse a sí misma.",
    ),
    "diagnoses.died": (
        "Python itself ended in this cell: it took too much memory, or the cell told it to leave.", "El propio Python terminó en esta celda: ocupó demasiada memoria, o la celda le mandó salir.",
    ),
    "diagnoses.died.cure": (
        "Leave `os._exit` and `quit` out, and use less memory: smaller batches, no copies of the images.", "Quita `os._exit` y `quit`, y usa menos memoria: lotes más pequeños, sin copias de las imágenes.",
    ),
}
