"""Causes and cures of code for other versions, see ``texts.diagnoses``: (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "diagnoses.inner_keras": (
        "`tensorflow.python.keras` is an old copy of Keras inside TensorFlow; it does not work with today's Keras.",
        "`tensorflow.python.keras` es una copia antigua de Keras dentro de TensorFlow; no funciona con el Keras actual.",
    ),
    "diagnoses.inner_keras.cure": (
        "Import from `tensorflow.keras`, without `python`: optimizers from `tensorflow.keras.optimizers`, `to_categorical` from `tensorflow.keras.utils`.",
        "Importa de `tensorflow.keras`, sin `python`: los optimizadores de `tensorflow.keras.optimizers`, `to_categorical` de `tensorflow.keras.utils`.",
    ),
    "diagnoses.moved_module": ("The module `{name}` no longer exists.", "El módulo `{name}` ya no existe."),
    "diagnoses.moved_module.cure": ("Import from `{today}`.", "Importa de `{today}`."),
    "diagnoses.moved_name": (
        "`{name}` does not exist in today's version.",
        "`{name}` no existe en la versión actual.",
    ),
    "diagnoses.moved_name.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.gone_name": (
        "`{name}` does not exist in today's version.",
        "`{name}` no existe en la versión actual.",
    ),
    "diagnoses.gone_name.cure": (
        "Leave it out, with the lines that use it: nothing is needed in its place.",
        "Quítalo, junto con las líneas que lo usan: no hace falta nada en su lugar.",
    ),
    "diagnoses.load_boston": (
        "`load_boston` was removed from scikit-learn.",
        "`load_boston` se eliminó de scikit-learn.",
    ),
    "diagnoses.load_boston.cure": (
        "Leave the import out, or use another data set that comes with scikit-learn: `load_diabetes`.",
        "Quita la importación, o usa otros datos incluidos en scikit-learn: `load_diabetes`.",
    ),
    "diagnoses.tf1_moved": (
        "`{name}` belongs to TensorFlow 1 and no longer exists.",
        "`{name}` es de TensorFlow 1 y ya no existe.",
    ),
    "diagnoses.tf1_moved.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.tf1_gone": (
        "`{name}` belongs to TensorFlow 1 and no longer exists.",
        "`{name}` es de TensorFlow 1 y ya no existe.",
    ),
    "diagnoses.tf1_gone.cure": (
        "Leave it out, with the lines that use it: nothing is needed in its place.",
        "Quítalo, junto con las líneas que lo usan: no hace falta nada en su lugar.",
    ),
    "diagnoses.tf1_optimizer": (
        "`{name}` is an optimizer of TensorFlow 1; Keras does not accept it.",
        "`{name}` es un optimizador de TensorFlow 1; Keras no lo acepta.",
    ),
    "diagnoses.tf1_optimizer.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.tf1_session": (
        "TensorFlow computes at once now: there is nothing for a session to run.",
        "TensorFlow calcula ahora al momento: una sesión no tiene nada que ejecutar.",
    ),
    "diagnoses.tf1_session.cure": (
        "Leave the session out and use the value itself: `x.numpy()` instead of `sess.run(x)`.",
        "Quita la sesión y usa el propio valor: `x.numpy()` en lugar de `sess.run(x)`.",
    ),
    "diagnoses.backend_today": (
        "`keras.backend` no longer has `{name}`.",
        "`keras.backend` ya no tiene `{name}`.",
    ),
    "diagnoses.backend_today.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.backend_other": (
        "`keras.backend` no longer has `{name}`.",
        "`keras.backend` ya no tiene `{name}`.",
    ),
    "diagnoses.backend_other.cure": (
        "Use a layer, or a function of `keras.ops`, that does the same.",
        "Usa una capa, o una función de `keras.ops`, que haga lo mismo.",
    ),
    "diagnoses.batch_input_shape": (
        "Layers no longer take `batch_input_shape`.",
        "Las capas ya no aceptan `batch_input_shape`.",
    ),
    "diagnoses.batch_input_shape.cure": (
        "Write `input_shape=` with the shape of one image: leave the first number, the batch, out.",
        "Escribe `input_shape=` con la forma de una imagen: quita el primer número, el del lote.",
    ),
    "diagnoses.moved_argument": (
        "The argument `{name}` does not exist in today's version.",
        "El argumento `{name}` no existe en la versión actual.",
    ),
    "diagnoses.moved_argument.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.gone_argument": (
        "The argument `{name}` does not exist in today's version.",
        "El argumento `{name}` no existe en la versión actual.",
    ),
    "diagnoses.gone_argument.cure": ("Leave it out.", "Quítalo."),
    "diagnoses.save_format": (
        "The argument `save_format` does not exist in today's version.",
        "El argumento `save_format` no existe en la versión actual.",
    ),
    "diagnoses.save_format.cure": (
        "Leave it out, and let the name of the file end in `.keras`.",
        "Quítalo, y haz que el nombre del archivo acabe en `.keras`.",
    ),
    "diagnoses.named_arguments": (
        "`{name}` takes fewer arguments without a name than it did in earlier versions.",
        "`{name}` admite menos argumentos sin nombre que en versiones anteriores.",
    ),
    "diagnoses.named_arguments.cure": (
        "Write the names of the arguments, beginning with `{today}`.",
        "Escribe los nombres de los argumentos, empezando por `{today}`.",
    ),
    "diagnoses.history_validation": (
        "`validation_data` no longer exists here: Keras does not keep the validation data.",
        "`validation_data` ya no existe aquí: Keras no guarda los datos de validación.",
    ),
    "diagnoses.history_validation.cure": (
        "Use the variables that you give to `fit` as `validation_data`.",
        "Usa las variables que das a `fit` como `validation_data`.",
    ),
    "diagnoses.history_entry": (
        "The values of a training are not attributes of what `fit` returns.",
        "Los valores de un entrenamiento no son atributos de lo que devuelve `fit`.",
    ),
    "diagnoses.history_entry.cure": (
        'Take them from its dictionary: `history.history["loss"]`; its keys are those of `history.history.keys()`.',
        'Tómalos de su diccionario: `history.history["loss"]`; sus claves son las de `history.history.keys()`.',
    ),
    "diagnoses.old_attribute": (
        "`{owner}` has no `{name}` in today's version.",
        "`{owner}` no tiene `{name}` en la versión actual.",
    ),
    "diagnoses.old_attribute.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    "diagnoses.gone_attribute": (
        "`{name}` does not exist in today's version.",
        "`{name}` no existe en la versión actual.",
    ),
    "diagnoses.gone_attribute.cure": ("Leave the line out.", "Quita la línea."),
    "diagnoses.plot_style": (
        "Matplotlib no longer has a style `{name}`.",
        "Matplotlib ya no tiene el estilo `{name}`.",
    ),
    "diagnoses.plot_style.cure": ('Write `"{today}"`.', 'Escribe `"{today}"`.'),
    "diagnoses.python_2": ("`{name}` belongs to Python 2.", "`{name}` es de Python 2."),
    "diagnoses.python_2.cure": ("Write `{today}` instead.", "Escribe `{today}` en su lugar."),
    # made in one cell, seen in another
    "diagnoses.positional_metrics": (
        "In {first:cell}, `compile` gets `{written}` as its third argument; in today's Keras that is `loss_weights`, not `metrics`.",
        "En {first:cell}, `compile` recibe `{written}` como tercer argumento; en el Keras actual ese es `loss_weights`, no `metrics`.",
    ),
    "diagnoses.positional_metrics.cure": (
        "Name the argument: `metrics={written}`.",
        "Nombra el argumento: `metrics={written}`.",
    ),
    "diagnoses.eager_off": (
        "Eager execution was switched off in {first:cell}; Keras 3 does not work without it.",
        "La ejecución inmediata (eager) se desactivó en {first:cell}; sin ella no funciona Keras 3.",
    ),
    "diagnoses.eager_off.cure": (
        "Leave out the line with `disable_eager_execution` or `disable_v2_behavior`.",
        "Quita la línea con `disable_eager_execution` o `disable_v2_behavior`.",
    ),
    "diagnoses.epsilon_none": (
        "An optimizer got `epsilon=None` in {first:cell}; today's Keras needs a number.",
        "Un optimizador recibió `epsilon=None` en {first:cell}; el Keras actual necesita un número.",
    ),
    "diagnoses.epsilon_none.cure": ("Leave `epsilon=None` out.", "Quita `epsilon=None`."),
}
