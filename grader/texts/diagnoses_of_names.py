"""Causes and cures of names and arguments that Keras, TensorFlow or NumPy do not know: (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # names that Keras no longer has
    "diagnoses.np_utils": ("`np_utils` no longer exists in Keras 3.", "`np_utils` ya no existe en Keras 3."),
    "diagnoses.np_utils.cure": (
        "Write `from keras.utils import to_categorical` and call `to_categorical(y, 10)`.",
        "Escribe `from keras.utils import to_categorical` y llama a `to_categorical(y, 10)`.",
    ),
    "diagnoses.image_data_generator": (
        "`ImageDataGenerator` is not in Keras 3 any more.",
        "`ImageDataGenerator` ya no está en Keras 3.",
    ),
    "diagnoses.image_data_generator.cure": (
        "Use the layers `keras.layers.RandomRotation`, `RandomTranslation` and `RandomZoom`, or import it from `tensorflow.keras.preprocessing.image`.",
        "Usa las capas `keras.layers.RandomRotation`, `RandomTranslation` y `RandomZoom`, o impórtalo de `tensorflow.keras.preprocessing.image`.",
    ),
    "diagnoses.keras_module": (
        "The module `{name}` existed only in older versions of Keras.",
        "El módulo `{name}` solo existía en versiones anteriores de Keras.",
    ),
    "diagnoses.keras_module.cure": (
        "Import its classes from `{today}`.",
        "Importa sus clases de `{today}`.",
    ),
    "diagnoses.wrappers": (
        "`keras.wrappers.{name}` no longer exists.",
        "`keras.wrappers.{name}` ya no existe.",
    ),
    "diagnoses.wrappers.cure": (
        "Train with `model.fit`; if you need the wrapper, it is `keras.wrappers.SKLearnClassifier` now.",
        "Entrena con `model.fit`; si necesitas el adaptador, ahora es `keras.wrappers.SKLearnClassifier`.",
    ),
    "diagnoses.renamed_import": (
        "`{name}` is not in Keras under this name.",
        "`{name}` no está en Keras con este nombre.",
    ),
    "diagnoses.renamed_import.cure": ("Import `{today}`.", "Importa `{today}`."),
    "diagnoses.unknown_import": (
        "`{module}` has no `{name}`: it was removed, renamed, or is written otherwise.",
        "`{module}` no tiene `{name}`: se eliminó, cambió de nombre o se escribe de otra manera.",
    ),
    "diagnoses.unknown_import.cure": (
        "Look it up in the documentation of today's version and import it from where it is now.",
        "Búscalo en la documentación de la versión actual e impórtalo de donde está ahora.",
    ),
    "diagnoses.legacy_optimizer": (
        "`keras.optimizers.legacy` no longer exists.",
        "`keras.optimizers.legacy` ya no existe.",
    ),
    "diagnoses.legacy_optimizer.cure": (
        "Import the optimizer from `keras.optimizers`.",
        "Importa el optimizador de `keras.optimizers`.",
    ),
    "diagnoses.removed_method": (
        "Models have no method `{name}` any more.",
        "Los modelos ya no tienen el método `{name}`.",
    ),
    "diagnoses.removed_method.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.removed_argument": (
        "The argument `{name}` has another name in today's Keras.",
        "El argumento `{name}` se llama de otra manera en el Keras actual.",
    ),
    "diagnoses.removed_argument.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.unknown_argument": (
        "`{owner}` takes no argument `{name}`.",
        "`{owner}` no acepta el argumento `{name}`.",
    ),
    "diagnoses.unknown_argument.cure": (
        "Look at the spelling, and at the arguments in its definition or in today's documentation.",
        "Revisa cómo se escribe y qué argumentos indica su definición o la documentación actual.",
    ),
    "diagnoses.backend": (
        "`keras.backend.{name}` belongs to older versions of Keras.",
        "`keras.backend.{name}` es de versiones anteriores de Keras.",
    ),
    "diagnoses.backend.cure": (
        "Leave the line out; images have their channels last, (28, 28, 1).",
        "Quita la línea; las imágenes llevan los canales al final, (28, 28, 1).",
    ),
    "diagnoses.backend_function": (
        "`keras.backend` no longer has the function `{name}`.",
        "`keras.backend` ya no tiene la función `{name}`.",
    ),
    "diagnoses.backend_function.cure": (
        "What is done with tensors is in `keras.ops` now: try `keras.ops.{name}`.",
        "Lo que se hace con tensores está ahora en `keras.ops`: prueba `keras.ops.{name}`.",
    ),
    "diagnoses.history_key": (
        "The history has no entry `{name}`: today's Keras names its entries as `metrics` does.",
        "El historial no tiene la entrada `{name}`: el Keras actual llama a sus entradas como en `metrics`.",
    ),
    "diagnoses.history_key.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.no_metrics": (
        "Nobody measured `{name}`: the model was compiled without `metrics`, so there is only the loss.",
        "Nadie midió `{name}`: el modelo se compiló sin `metrics`, así que solo hay pérdida.",
    ),
    "diagnoses.no_metrics.cure": (
        'Compile with `metrics=["accuracy"]`.',
        'Compila con `metrics=["accuracy"]`.',
    ),
    "diagnoses.no_validation": (
        "The history holds no `{name}`: this training had no validation data.",
        "El historial no tiene `{name}`: este entrenamiento no tuvo datos de validación.",
    ),
    "diagnoses.no_validation.cure": (
        "Give `fit` the argument `validation_split=0.1` or `validation_data=(x, y)`; then the history has `{today}`.",
        "Da a `fit` el argumento `validation_split=0.1` o `validation_data=(x, y)`; entonces el historial tendrá `{today}`.",
    ),
    "diagnoses.monitor": (
        "`{owner}` watches `{name}`, which today's Keras does not know.",
        "`{owner}` vigila `{name}`, que el Keras actual no conoce.",
    ),
    "diagnoses.monitor.cure": ('Write `monitor="{today}"`.', 'Escribe `monitor="{today}"`.'),
    "diagnoses.tf1": (
        "`{name}` belongs to TensorFlow 1 and no longer exists.",
        "`{name}` es de TensorFlow 1 y ya no existe.",
    ),
    "diagnoses.tf1.cure": (
        "Write the network with Keras: `keras.Sequential`, `compile`, `fit`, `evaluate`.",
        "Escribe la red con Keras: `keras.Sequential`, `compile`, `fit`, `evaluate`.",
    ),
    "diagnoses.tf1_data": (
        "`tensorflow.examples` was removed with TensorFlow 2.",
        "`tensorflow.examples` se eliminó con TensorFlow 2.",
    ),
    "diagnoses.tf1_data.cure": (
        "Load the images with `keras.datasets.mnist.load_data()`.",
        "Carga las imágenes con `keras.datasets.mnist.load_data()`.",
    ),
    "diagnoses.torch": (
        "This work uses PyTorch (`{name}`), which is not installed: the exercise is about Keras.",
        "Este trabajo usa PyTorch (`{name}`), que no está instalado: el ejercicio es de Keras.",
    ),
    "diagnoses.torch.cure": ("Write the network with `keras`.", "Escribe la red con `keras`."),
    "diagnoses.own_module": (
        "The module `{name}` is neither installed here nor among the files that were handed in.",
        "El módulo `{name}` ni está instalado aquí ni está entre los archivos entregados.",
    ),
    "diagnoses.own_module.cure": (
        "If it is a file of yours, hand in `{name}.py` together with the notebook; if it is a library, do without it.",
        "Si es un archivo tuyo, entrega `{name}.py` junto con el cuaderno; si es una biblioteca, prescinde de ella.",
    ),
    "diagnoses.not_installed": (
        "The library `{name}` is not installed where this was graded.",
        "La biblioteca `{name}` no está instalada donde se corrigió.",
    ),
    "diagnoses.not_installed.cure": (
        "Do the exercise without `{name}`.",
        "Haz el ejercicio sin `{name}`.",
    ),
    "diagnoses.numpy_alias": (
        "`np.{name}` was removed from NumPy.",
        "`np.{name}` se eliminó de NumPy.",
    ),
    "diagnoses.numpy_alias.cure": ("Write `{today}`.", "Escribe `{today}`."),
    # arguments that are not accepted
    "diagnoses.metrics_text": (
        "`metrics` is a text here; Keras wants a list.",
        "`metrics` es aquí un texto; Keras quiere una lista.",
    ),
    "diagnoses.metrics_text.cure": ('Write `metrics=["accuracy"]`.', 'Escribe `metrics=["accuracy"]`.'),
    "diagnoses.shape_number": (
        "A shape must be a tuple; `({name})` is only the number {name}.",
        "Una forma debe ser una tupla; `({name})` es solo el número {name}.",
    ),
    "diagnoses.shape_number.cure": ("Write `({name},)`, with the comma.", "Escribe `({name},)`, con la coma."),
    "diagnoses.data_path": (
        "Today's Keras takes only a bare file name in `load_data`, not the path `{name}`.",
        "El Keras actual solo admite en `load_data` un nombre de archivo, no la ruta `{name}`.",
    ),
    "diagnoses.data_path.cure": ("Write `load_data()` without a path.", "Escribe `load_data()` sin ruta."),
    "diagnoses.identifier": (
        "Keras does not know the name `{name}` ({what}).",
        "Keras no conoce el nombre `{name}` ({what}).",
    ),
    "diagnoses.identifier.cure": ("Look at the spelling of `{name}`.", "Revisa cómo se escribe `{name}`."),
    "diagnoses.save_suffix": (
        "Keras writes this file only under a name that ends in `{today}`.",
        "Keras solo escribe este archivo con un nombre que acabe en `{today}`.",
    ),
    "diagnoses.save_suffix.cure": (
        "Let the file's name end in `{today}`.",
        "Haz que el nombre del archivo acabe en `{today}`.",
    ),
    "diagnoses.load_compiled": (
        "A model that was saved as .h5 with `{name}`, a loss or metric by its short name, cannot be compiled again when it is loaded.",
        "Un modelo guardado como .h5 con `{name}`, una pérdida o métrica con su nombre corto, no se puede volver a compilar al cargarlo.",
    ),
    "diagnoses.load_compiled.cure": (
        "Load it with `compile=False`, or save it as `.keras`.",
        "Cárgalo con `compile=False`, o guárdalo como `.keras`.",
    ),
    "diagnoses.no_layer": (
        "This model has no layer called `{name}`; its layers are: {there:list}.",
        "Este modelo no tiene ninguna capa llamada `{name}`; sus capas son: {there:list}.",
    ),
    "diagnoses.no_layer.cure": (
        'Give the layer that name with `name="{name}"`, or take it by its place: `model.layers[0]` is the first.',
        'Da ese nombre a la capa con `name="{name}"`, o tómala por su posición: `model.layers[0]` es la primera.',
    ),
}
