"""Causes and cures of names and calls that are used in a way that cannot work: (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # tensors of a network that is being built
    "diagnoses.symbolic_moved": (
        "`{name}` was called on an output of a layer; TensorFlow's functions do not take these, only Keras's do.",
        "Se llamó a `{name}` con la salida de una capa; las funciones de TensorFlow no la admiten, solo las de Keras.",
    ),
    "diagnoses.symbolic_moved.cure": (
        "Use Keras there, as in `{today}`.",
        "Usa ahí Keras, como en `{today}`.",
    ),
    "diagnoses.symbolic": (
        "`{name}` was called on an output of a layer; TensorFlow's functions do not take these, only Keras's do.",
        "Se llamó a `{name}` con la salida de una capa; las funciones de TensorFlow no la admiten, solo las de Keras.",
    ),
    "diagnoses.symbolic.cure": (
        "Use a layer of `keras.layers`, or a function of `keras.ops`, that does the same.",
        "Usa una capa de `keras.layers`, o una función de `keras.ops`, que haga lo mismo.",
    ),
    "diagnoses.symbolic_numpy": (
        "A NumPy function was called on an output of a layer, which has no values while the network is being built.",
        "Se llamó a una función de NumPy con la salida de una capa, que no tiene valores mientras se construye la red.",
    ),
    "diagnoses.symbolic_numpy.cure": (
        "Use a layer there, as in `keras.layers.Reshape((784,))(x)`; for values call `model.predict` on images.",
        "Usa ahí una capa, como en `keras.layers.Reshape((784,))(x)`; para obtener valores llama a `model.predict` con imágenes.",
    ),
    "diagnoses.symbolic_value": (
        "The output of a layer has no values while the network is being built.",
        "La salida de una capa no tiene valores mientras se construye la red.",
    ),
    "diagnoses.symbolic_value.cure": (
        "Call `model.predict` on images to get values.",
        "Llama a `model.predict` con imágenes para obtener valores.",
    ),
    "diagnoses.symbolic_backend": (
        "`{name}` of `tf.keras.backend` does not take the output of a layer.",
        "`{name}` de `tf.keras.backend` no admite la salida de una capa.",
    ),
    "diagnoses.symbolic_backend.cure": (
        "Write `keras.ops.{name}` instead.",
        "Escribe `keras.ops.{name}` en su lugar.",
    ),
    # classes, layers and their arguments
    "diagnoses.class_for_object": (
        "`{name}` is missing its parentheses: this is the class, not an object of it.",
        "A `{name}` le faltan los paréntesis: así es la clase, no un objeto de ella.",
    ),
    "diagnoses.class_for_object.cure": ("Write `{name}()`.", "Escribe `{name}()`."),
    "diagnoses.layers_list": (
        "`Sequential` takes one list of layers, not the layers one by one.",
        "`Sequential` recibe una lista de capas, no las capas una a una.",
    ),
    "diagnoses.layers_list.cure": (
        "Put square brackets around the layers: `Sequential([...])`.",
        "Pon las capas entre corchetes: `Sequential([...])`.",
    ),
    "diagnoses.add_argument": (
        "`{name}` was given to `add`; it belongs to the layer.",
        "`{name}` se dio a `add`; pertenece a la capa.",
    ),
    "diagnoses.add_argument.cure": (
        "Write it inside the parentheses of the layer.",
        "Escríbelo dentro de los paréntesis de la capa.",
    ),
    "diagnoses.second_number": (
        "The second argument of `Dense` is its activation, not a number of inputs.",
        "El segundo argumento de `Dense` es su activación, no un número de entradas.",
    ),
    "diagnoses.second_number.cure": (
        "Leave the {second} out: `Dense({units})` takes as many inputs as the layer before it gives.",
        "Quita el {second}: `Dense({units})` admite tantas entradas como dé la capa anterior.",
    ),
    "diagnoses.exchanged": (
        "`{name}` is a loss and was given as the optimizer: the first argument of `compile` is the optimizer.",
        "`{name}` es una pérdida y se dio como optimizador: el primer argumento de `compile` es el optimizador.",
    ),
    "diagnoses.exchanged.cure": (
        'Name the arguments: `compile(optimizer="adam", loss="{name}")`.',
        'Nombra los argumentos: `compile(optimizer="adam", loss="{name}")`.',
    ),
    "diagnoses.identifier_meant": (
        "Keras does not know the name `{name}`.",
        "Keras no conoce el nombre `{name}`.",
    ),
    "diagnoses.identifier_meant.cure": ('Write `"{today}"`.', 'Escribe `"{today}"`.'),
    "diagnoses.needed_moved": (
        "`{owner}` needs the argument `{name}`, which is missing.",
        "`{owner}` necesita el argumento `{name}`, que falta.",
    ),
    "diagnoses.needed_moved.cure": ("Give it, as in `{today}`.", "Dalo, como en `{today}`."),
    "diagnoses.share": (
        "The rate of `Dropout` is {name}; it must lie between 0 and 1.",
        "La tasa de `Dropout` es {name}; debe estar entre 0 y 1.",
    ),
    "diagnoses.share.cure": (
        "Write the share of units to drop: `Dropout(0.5)` for one half.",
        "Escribe qué parte de las unidades se apaga: `Dropout(0.5)` para la mitad.",
    ),
    "diagnoses.units_number": (
        "The number of units of a layer must be a positive whole number, not `{name}` in this form.",
        "El número de unidades de una capa debe ser un entero positivo, no `{name}` escrito así.",
    ),
    "diagnoses.units_number.cure": (
        "Write it as a number without quotes or decimals: `Dense(10)`.",
        "Escríbelo como un número sin comillas ni decimales: `Dense(10)`.",
    ),
    "diagnoses.no_loss": (
        "The model was compiled without a loss.",
        "El modelo se compiló sin función de pérdida.",
    ),
    "diagnoses.no_loss.cure": (
        'Compile with `loss="sparse_categorical_crossentropy"`, or with `loss="categorical_crossentropy"` if the labels are one-hot.',
        'Compila con `loss="sparse_categorical_crossentropy"`, o con `loss="categorical_crossentropy"` si las etiquetas son one-hot.',
    ),
    "diagnoses.whole_number": (
        "A whole number is needed here; this one has decimals or is a text.",
        "Aquí hace falta un número entero; este tiene decimales o es un texto.",
    ),
    "diagnoses.whole_number.cure": (
        "Write a whole number, such as 5; `//` divides without decimals, and `int(...)` makes a number whole.",
        "Escribe un número entero, como 5; `//` divide sin decimales, e `int(...)` da un entero.",
    ),
    # what fit is given
    "diagnoses.validation_pair": (
        "`validation_data` holds only `{name}`; it needs images and labels.",
        "`validation_data` solo contiene `{name}`; necesita imágenes y etiquetas.",
    ),
    "diagnoses.validation_pair.cure": (
        "Write `validation_data=(x_test, y_test)`.",
        "Escribe `validation_data=(x_test, y_test)`.",
    ),
    "diagnoses.no_labels": (
        "`{name}` was given images without labels.",
        "`{name}` recibió imágenes sin etiquetas.",
    ),
    "diagnoses.no_labels.cure": (
        "Give it both: `model.{name}(x, y)`.",
        "Dale ambas: `model.{name}(x, y)`.",
    ),
    "diagnoses.lists": (
        "The images are a Python list; Keras takes an array.",
        "Las imágenes son una lista de Python; Keras admite una matriz (array).",
    ),
    "diagnoses.lists.cure": (
        "Convert lists with `np.array(x)` before `fit`, `evaluate` and `predict`.",
        "Convierte las listas con `np.array(x)` antes de `fit`, `evaluate` y `predict`.",
    ),
    "diagnoses.dtype_text": (
        "The images or labels are not numbers: their type is `{name}`.",
        "Las imágenes o las etiquetas no son números: su tipo es `{name}`.",
    ),
    "diagnoses.dtype_text.cure": (
        'Convert them first: `x.astype("float32")`, `y.astype("int64")`.',
        'Conviértelas antes: `x.astype("float32")`, `y.astype("int64")`.',
    ),
    # what evaluate, load_data and a history give
    "diagnoses.evaluate_values": (
        "`evaluate` gives {given:int value|values} here, the loss and the metrics of `compile`; there {wanted:is|are} {wanted:int name|names} for them.",
        "`evaluate` da aquí {given:int valor|valores}, la pérdida y las métricas de `compile`; hay {wanted:int nombre|nombres} para ellos.",
    ),
    "diagnoses.evaluate_values.cure": (
        "Take as many names as there are values: {given:int}.",
        "Usa tantos nombres como valores hay: {given:int}.",
    ),
    "diagnoses.evaluate_list": (
        "`evaluate` gives a list, the loss and the metrics, and not one number.",
        "`evaluate` da una lista, la pérdida y las métricas, y no un solo número.",
    ),
    "diagnoses.evaluate_list.cure": (
        "Take one value of it: `[0]` is the loss, `[1]` the first metric.",
        "Toma uno de sus valores: `[0]` es la pérdida, `[1]` la primera métrica.",
    ),
    "diagnoses.load_data_pairs": (
        "`load_data` gives two pairs: images and labels for training, images and labels for the test.",
        "`load_data` da dos pares: imágenes y etiquetas de entrenamiento, e imágenes y etiquetas de prueba.",
    ),
    "diagnoses.load_data_pairs.cure": (
        "Write `(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()`.",
        "Escribe `(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()`.",
    ),
    "diagnoses.history_object": (
        "What `fit` returns is an object; its values are in its dictionary `history`, one list for each name.",
        "Lo que devuelve `fit` es un objeto; sus valores están en su diccionario `history`, una lista por nombre.",
    ),
    "diagnoses.history_object.cure": (
        'Write `history.history["loss"]`; `history.history.keys()` shows the names.',
        'Escribe `history.history["loss"]`; `history.history.keys()` muestra los nombres.',
    ),
    "diagnoses.log_validation": (
        "The logs of this training have no `{name}`.",
        "Los datos (logs) de este entrenamiento no tienen `{name}`.",
    ),
    "diagnoses.log_validation.cure": (
        'Write `logs["{today}"]`, give `fit` validation data, and compile with `metrics=["accuracy"]`.',
        'Escribe `logs["{today}"]`, da a `fit` datos de validación y compila con `metrics=["accuracy"]`.',
    ),
    "diagnoses.log_entry": (
        "The logs of this training have no `{name}`.",
        "Los datos (logs) de este entrenamiento no tienen `{name}`.",
    ),
    "diagnoses.log_entry.cure": (
        'Write `logs["{today}"]`, and compile with `metrics=["accuracy"]`.',
        'Escribe `logs["{today}"]` y compila con `metrics=["accuracy"]`.',
    ),
    "diagnoses.load_format": (
        "`load_model` reads only files that end in .keras or .h5, not `{name}`.",
        "`load_model` solo lee archivos que acaban en .keras o .h5, no `{name}`.",
    ),
    "diagnoses.load_format.cure": (
        'Save the model with `model.save("model.keras")` and load that file.',
        'Guarda el modelo con `model.save("model.keras")` y carga ese archivo.',
    ),
    # pictures and numbers
    "diagnoses.flat_picture": (
        "`imshow` was given a flat image, {shape:shape}; it needs rows and columns.",
        "`imshow` recibió una imagen aplanada, {shape:shape}; necesita filas y columnas.",
    ),
    "diagnoses.flat_picture.cure": (
        "Show `image.reshape({side}, {side})`.",
        "Muestra `imagen.reshape({side}, {side})`.",
    ),
    "diagnoses.many_pictures": (
        "`imshow` was given an array of shape {shape:shape}; it shows one image.",
        "`imshow` recibió una matriz de forma {shape:shape}; muestra una sola imagen.",
    ),
    "diagnoses.many_pictures.cure": (
        "Show one of them, `images[0]`.",
        "Muestra una de ellas, `imagenes[0]`.",
    ),
    "diagnoses.array_number": (
        "An array with axes was converted to a single number; only a value without axes can be.",
        "Se quiso convertir en un número una matriz con ejes; solo se puede con un valor sin ejes.",
    ),
    "diagnoses.array_number.cure": (
        "Make it one value first: `x.mean()` or `x.max()` without `axis`, or a single entry, `x.flat[0]`.",
        "Redúcela antes a un valor: `x.mean()` o `x.max()` sin `axis`, o un solo elemento, `x.flat[0]`.",
    ),
    # memory
    "diagnoses.memory_array": (
        "An array of shape {shape:shape} takes {size}, more memory than there is.",
        "Una matriz de forma {shape:shape} ocupa {size}, más memoria de la que hay.",
    ),
    "diagnoses.memory_array.cure": (
        'Use fewer images at a time and `dtype="float32"`; to enlarge images put `keras.layers.Resizing` into the network.',
        'Usa menos imágenes a la vez y `dtype="float32"`; para ampliarlas pon `keras.layers.Resizing` en la red.',
    ),
    "diagnoses.memory_tensor": (
        "A tensor of shape {shape:shape} takes more memory than there is.",
        "Un tensor de forma {shape:shape} ocupa más memoria de la que hay.",
    ),
    "diagnoses.memory_tensor.cure": (
        "Use fewer images at a time: `model.predict(x, batch_size=64)` instead of `model(x)`, a smaller `batch_size` in `fit`; or smaller layers.",
        "Usa menos imágenes a la vez: `model.predict(x, batch_size=64)` en lugar de `model(x)`, un `batch_size` menor en `fit`; o capas más pequeñas.",
    ),
    "diagnoses.memory_ended": (
        "The program was ended in this cell because it used more memory than allowed.",
        "El programa se detuvo en esta celda porque usó más memoria de la permitida.",
    ),
    "diagnoses.memory_ended.cure": (
        'Use less memory: fewer images at a time, `dtype="float32"`, `model.predict(x, batch_size=64)` instead of `model(x)`.',
        'Usa menos memoria: menos imágenes a la vez, `dtype="float32"`, `model.predict(x, batch_size=64)` en lugar de `model(x)`.',
    ),
    # nobody types, no command line, no graphics card
    "diagnoses.input_number": (
        "Nobody can type here: `input()` gives an empty text, which is not a number.",
        "Aquí nadie puede escribir: `input()` da un texto vacío, que no es un número.",
    ),
    "diagnoses.input_number.cure": (
        "Write the value into the code instead of asking for it.",
        "Escribe el valor en el código en lugar de pedirlo.",
    ),
    "diagnoses.no_arguments": (
        "The program is run without arguments of the command line, which this cell needs.",
        "El programa se ejecuta sin argumentos de la línea de órdenes, que esta celda necesita.",
    ),
    "diagnoses.no_arguments.cure": (
        "Write the values into the code instead of reading them from the command line.",
        "Escribe los valores en el código en lugar de leerlos de la línea de órdenes.",
    ),
    "diagnoses.left": (
        "`{name}` ended this cell; the lines after it did not run.",
        "`{name}` terminó esta celda; las líneas siguientes no se ejecutaron.",
    ),
    "diagnoses.plot_lengths": (
        "`plot` was given {x:int value|values} for x and {y:int} for y.",
        "`plot` recibió {x:int valor|valores} para x y {y:int} para y.",
    ),
    "diagnoses.plot_lengths.cure": (
        "Give both the same number of values; for the epochs of a training, `range(1, len(y) + 1)`.",
        "Da el mismo número de valores a ambos; para las épocas de un entrenamiento, `range(1, len(y) + 1)`.",
    ),
    "diagnoses.left.cure": ("Leave `{name}` out.", "Quita `{name}`."),
    "diagnoses.no_gpu": (
        "This cell needs a graphics card (GPU); there is none here.",
        "Esta celda necesita una tarjeta gráfica (GPU); aquí no hay ninguna.",
    ),
    "diagnoses.no_gpu.cure": (
        "Leave the check out: Keras also trains without a GPU.",
        "Quita la comprobación: Keras también entrena sin GPU.",
    ),
}
