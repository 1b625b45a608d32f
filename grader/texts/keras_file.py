"""Why a model file is not read: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # ------------------------------------------------------------ the file
    "keras_file.file_too_large": (
        "The saved model has {size:num} MB; at most {limit:num} MB are read. A smaller network does the exercise: pooling before Flatten saves most of the parameters.",
        "El modelo guardado ocupa {size:num} MB; se leen {limit:num} MB como máximo. Una red más pequeña basta para el ejercicio: con pooling antes de Flatten se ahorra la mayoría de los parámetros.",
    ),
    "keras_file.not_a_zip": (
        'The file is not a .keras archive: it does not start like a zip file. Save the model with model.save("name.keras").',
        'El archivo no es un archivo .keras: no empieza como un zip. Guarda el modelo con model.save("nombre.keras").',
    ),
    "keras_file.zip_damaged": (
        'The .keras archive is damaged and cannot be unpacked. Save the model again with model.save("name.keras").',
        'El archivo .keras está dañado y no se puede abrir. Guarda otra vez el modelo con model.save("nombre.keras").',
    ),
    "keras_file.zip_extra_data": (
        'The .keras archive holds data before or after the zip itself; Keras does not write such files. Save the model again with model.save("name.keras").',
        'El archivo .keras contiene datos fuera del propio zip; Keras no escribe archivos así. Guarda otra vez el modelo con model.save("nombre.keras").',
    ),
    "keras_file.too_many_members": (
        "The .keras archive has {count:int} members; at most {limit:int} are read.",
        "El archivo .keras tiene {count:int} miembros; se leen {limit:int} como máximo.",
    ),
    "keras_file.member_unknown": (
        "The .keras archive holds {member}, which is no part of a saved model. Layers with files of their own (vocabularies, other models) cannot be graded automatically.",
        "El archivo .keras contiene {member}, que no forma parte de un modelo guardado. Las capas con archivos propios (vocabularios, otros modelos) no se pueden evaluar automáticamente.",
    ),
    "keras_file.member_twice": (
        "The .keras archive holds the same member twice.",
        "El archivo .keras contiene dos veces el mismo miembro.",
    ),
    "keras_file.member_encrypted": (
        "In the .keras archive {member} is encrypted. Save the model without a password.",
        "En el archivo .keras, {member} está cifrado. Guarda el modelo sin contraseña.",
    ),
    "keras_file.member_not_a_file": (
        "In the .keras archive {member} is not an ordinary file.",
        "En el archivo .keras, {member} no es un archivo normal.",
    ),
    "keras_file.member_too_large": (
        "In the .keras archive {member} has {size:num} MB; at most {limit:num} MB are read.",
        "En el archivo .keras, {member} ocupa {size:num} MB; se leen {limit:num} MB como máximo.",
    ),
    "keras_file.member_missing": (
        'In the .keras archive {member} is missing. Save the model again with model.save("name.keras").',
        'En el archivo .keras falta {member}. Guarda otra vez el modelo con model.save("nombre.keras").',
    ),
    "keras_file.json_not_utf8": (
        "The model's configuration (config.json) is not UTF-8 text.",
        "La configuración del modelo (config.json) no es texto UTF-8.",
    ),
    "keras_file.json_wrong": (
        "The model's configuration (config.json) cannot be read as JSON: {reason}.",
        "La configuración del modelo (config.json) no se puede leer como JSON: {reason}.",
    ),
    "keras_file.json_key_twice": (
        "The model's configuration (config.json) gives the same key twice.",
        "La configuración del modelo (config.json) da dos veces la misma clave.",
    ),
    "keras_file.json_not_a_number": (
        "The model's configuration (config.json) holds {value}, which is no number that a layer can use.",
        "La configuración del modelo (config.json) contiene {value}, que no es un número que pueda usar una capa.",
    ),
    "keras_file.json_too_deep": (
        "The model's configuration (config.json) is nested more than {limit:int} levels deep.",
        "La configuración del modelo (config.json) tiene más de {limit:int} niveles anidados.",
    ),
    # ------------------------------------------------------------ the model
    "keras_file.not_a_model": (
        "The file holds a {kind}, not a model. Models are read when they are Sequential or built with keras.Model(inputs, outputs).",
        "El archivo contiene un {kind}, no un modelo. Se leen los modelos Sequential y los construidos con keras.Model(inputs, outputs).",
    ),
    "keras_file.not_built": (
        "The model {layer} was never built: it has no layers or does not know its input shape. Start it with keras.Input(shape=...), or train it before you save it.",
        "El modelo {layer} no llegó a construirse: no tiene capas o no conoce la forma de su entrada. Empiézalo con keras.Input(shape=...) o entrénalo antes de guardarlo.",
    ),
    "keras_file.lambda": (
        "The layer {layer} is a Lambda layer. It cannot be graded automatically, because it may hold any code and no code of a saved model is run. Use Rescaling(1/255) for scaling, Reshape for shapes, or write the arithmetic directly (x / 255.0).",
        "La capa {layer} es una capa Lambda. No se puede evaluar automáticamente, porque puede contener cualquier código y no se ejecuta ningún código de un modelo guardado. Usa Rescaling(1/255) para escalar, Reshape para cambiar la forma, o escribe la operación directamente (x / 255.0).",
    ),
    "keras_file.own_class": (
        "The layer {layer} is of the class {kind}, which is not one of Keras's own. It cannot be graded automatically, because its code would have to be run. Use built-in layers.",
        "La capa {layer} es de la clase {kind}, que no es una de las de Keras. No se puede evaluar automáticamente, porque habría que ejecutar su código. Usa capas incluidas en Keras.",
    ),
    "keras_file.kind_unknown": (
        "The layer {layer} is a {kind}, which the grader does not know how to read yet. A person must look at this model.",
        "La capa {layer} es de tipo {kind}, que el evaluador todavía no sabe leer. Una persona debe revisar este modelo.",
    ),
    "keras_file.own_function": (
        'The layer {layer} ({kind}) uses the function {function} as its activation, which is not one of Keras\'s own. Use an activation by name, such as "relu".',
        'La capa {layer} ({kind}) usa como activación la función {function}, que no es una de las de Keras. Usa una activación por su nombre, por ejemplo "relu".',
    ),
    "keras_file.dtype": (
        "The layer {layer} computes with {dtype} numbers; only floats are read.",
        "La capa {layer} calcula con números {dtype}; solo se leen números reales (float).",
    ),
    "keras_file.integer_arithmetic": (
        "At {layer} the model computes with whole numbers (uint8 images), which wrap around at 255. Divide first: x / 255.0.",
        "En {layer} el modelo calcula con números enteros (imágenes uint8), que vuelven a empezar después de 255. Divide antes: x / 255.0.",
    ),
    "keras_file.option_unknown": (
        "The layer {layer} ({kind}) has an option {option}, which the grader does not know.",
        "La capa {layer} ({kind}) tiene una opción {option} que el evaluador no conoce.",
    ),
    "keras_file.option_missing": (
        "The layer {layer} ({kind}) lacks its option {option}.",
        "A la capa {layer} ({kind}) le falta la opción {option}.",
    ),
    "keras_file.option_value": (
        "The layer {layer} ({kind}) has {option} = {value}; expected was {expected}.",
        "La capa {layer} ({kind}) tiene {option} = {value}; se esperaba {expected}.",
    ),
    "keras_file.does_not_fit": (
        "The layer {layer} ({kind}) cannot work on an input of shape {shapes:list}.",
        "La capa {layer} ({kind}) no puede trabajar con una entrada de forma {shapes:list}.",
    ),
    "keras_file.input_wrong": (
        "The input {layer} is not a plain block of numbers of fixed shape, such as keras.Input(shape=(28, 28, 1)).",
        "La entrada {layer} no es un bloque de números de forma fija, como keras.Input(shape=(28, 28, 1)).",
    ),
    "keras_file.input_free": (
        "The input {layer} has the shape {shape}, which is not fixed. Give every size: keras.Input(shape=(28, 28, 1)).",
        "La entrada {layer} tiene la forma {shape}, que no es fija. Indica todos los tamaños: keras.Input(shape=(28, 28, 1)).",
    ),
    "keras_file.name_wrong": (
        "The layer name {name} cannot be used. Letters, digits, spaces, dots and underscores are fine, up to 100 of them.",
        "El nombre de capa {name} no se puede usar. Valen letras, dígitos, espacios, puntos y guiones bajos, hasta 100 en total.",
    ),
    "keras_file.name_twice": (
        "In the model {layer} two layers have the same name.",
        "En el modelo {layer} dos capas tienen el mismo nombre.",
    ),
    "keras_file.several_outputs": (
        "The model {layer} inside the model has several outputs; only one is read.",
        "El modelo {layer} dentro del modelo tiene varias salidas; solo se lee una.",
    ),
    "keras_file.shared_between_models": (
        "The layer {layer} belongs to two models at once; such files cannot be read. A person must look at this model.",
        "La capa {layer} pertenece a dos modelos a la vez; esos archivos no se pueden leer. Una persona debe revisar este modelo.",
    ),
    "keras_file.shared_differently": (
        "The layer {layer} is used twice on inputs that need different weights.",
        "La capa {layer} se usa dos veces con entradas que necesitan pesos distintos.",
    ),
    "keras_file.call_option": (
        "The layer {layer} is called with {option}, which the grader does not understand. Call it with its input alone.",
        "La capa {layer} se llama con {option}, que el evaluador no entiende. Llámala solo con su entrada.",
    ),
    "keras_file.call_operand": (
        "The layer {layer} is called with {value}; only tensors and plain numbers are read.",
        "La capa {layer} se llama con {value}; solo se leen tensores y números.",
    ),
    "keras_file.graph_wrong": (
        'The description of {layer} in the model file is not as Keras writes it. Save the model again with model.save("name.keras").',
        'La descripción de {layer} en el archivo del modelo no es como la escribe Keras. Guarda otra vez el modelo con model.save("nombre.keras").',
    ),
    "keras_file.ends_named": (
        "The inputs or outputs of {layer} form a dictionary; only lists of them are read. A person must look at this model.",
        "Las entradas o salidas de {layer} forman un diccionario; solo se leen listas. Una persona debe revisar este modelo.",
    ),
    "keras_file.graph_loop": (
        "In the model {layer} a layer waits for its own output.",
        "En el modelo {layer} una capa espera su propia salida.",
    ),
    # ------------------------------------------------------------ limits
    "keras_file.nested_too_deep": (
        "The model {layer} holds models inside models more than {limit:int} levels deep.",
        "El modelo {layer} contiene modelos dentro de modelos con más de {limit:int} niveles.",
    ),
    "keras_file.too_many_layers": (
        "The model has {count:int} layers; up to {limit:int} are graded automatically.",
        "El modelo tiene {count:int} capas; se evalúan automáticamente hasta {limit:int}.",
    ),
    "keras_file.too_many_calls": (
        "The layers of the model are used more than {limit:int} times; no more are graded automatically.",
        "Las capas del modelo se usan más de {limit:int} veces; no se evalúan más automáticamente.",
    ),
    "keras_file.too_many_params": (
        "The model has {count:int} parameters; up to {limit:int} are graded automatically. Pooling before Flatten saves most of them.",
        "El modelo tiene {count:int} parámetros; se evalúan automáticamente hasta {limit:int}. Con pooling antes de Flatten se ahorra la mayoría.",
    ),
    "keras_file.too_many_macs": (
        "The model needs {count:int} multiplications for one image; up to {limit:int} are graded automatically. Pooling or strides early in the network save most of them.",
        "El modelo necesita {count:int} multiplicaciones por imagen; se evalúan automáticamente hasta {limit:int}. Con pooling o pasos (strides) al principio de la red se ahorra la mayoría.",
    ),
    "keras_file.too_many_values": (
        "The output of the layer {layer} has {count:int} values for one image; up to {limit:int} are graded automatically.",
        "La salida de la capa {layer} tiene {count:int} valores por imagen; se evalúan automáticamente hasta {limit:int}.",
    ),
    # ------------------------------------------------------------ what an option expects
    "keras_file.expects_whole": (
        "a whole number from {low:int} to {high:int}",
        "un número entero de {low:int} a {high:int}",
    ),
    "keras_file.expects_number": ("a number from {low:num} to {high:num}", "un número de {low:num} a {high:num}"),
    "keras_file.expects_flag": ("true or false", "true o false"),
    "keras_file.expects_one_of": ("one of: {allowed:list}", "uno de: {allowed:list}"),
    "keras_file.expects_wholes": (
        "{length:int} whole numbers in range",
        "{length:int} números enteros dentro de lo posible",
    ),
    "keras_file.expects_axis": ("an axis other than the batch", "un eje distinto del lote"),
    "keras_file.expects_shape": ("a shape", "una forma"),
    "keras_file.expects_numbers": ("plain numbers", "números"),
    "keras_file.expects_object": ("a name or an object of Keras", "un nombre o un objeto de Keras"),
    "keras_file.expects_activation": (
        'an activation of Keras, such as "relu"',
        'una activación de Keras, por ejemplo "relu"',
    ),
}
