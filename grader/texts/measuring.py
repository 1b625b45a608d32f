"""Texts of the family ``measuring``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # Data sets in plain words.
    "measuring.data_mnist": (
        "MNIST: handwritten digits, 60 000 training and 10 000 test images of 28 x 28 pixels",
        "MNIST: dígitos escritos a mano, 60 000 imágenes de entrenamiento y 10 000 de prueba, de 28 x 28 píxeles",
    ),
    "measuring.data_digits": (
        "the embedded digits: scikit-learn's handwritten digits enlarged to 28 x 28 and drawn again with small changes; this is not MNIST, and its accuracies cannot be compared with MNIST's",
        "los dígitos incluidos: los dígitos escritos a mano de scikit-learn, ampliados a 28 x 28 y redibujados con pequeños cambios; no es MNIST, y sus exactitudes no se pueden comparar con las de MNIST",
    ),
    "measuring.data_other": ("the data set {name}", "el conjunto de datos {name}"),
    # What happened while sandbox 1 ran.
    "measuring.not_saved": (
        "The model ({model}) could not be saved as a .keras file, so its predictions cannot be measured: {reason}",
        "El modelo ({model}) no se pudo guardar como archivo .keras, así que no se pueden medir sus predicciones: {reason}",
    ),
    "measuring.not_saved_at_all": (
        "The model ({model}) was not saved as a .keras file, so its predictions cannot be measured.",
        "El modelo ({model}) no se guardó como archivo .keras, así que no se pueden medir sus predicciones.",
    ),
    "measuring.never_called": (
        "The model ({model}) was never called on data, so only the description of its layers is known.",
        "El modelo ({model}) no se llamó nunca con datos, así que solo se conoce la descripción de sus capas.",
    ),
    "measuring.stopped_after": (
        "Training was stopped for lack of time after {done:int} of {asked:int epoch|epochs}; what was learned until then counts.",
        "El entrenamiento se detuvo por falta de tiempo después de {done:int} de {asked:int época|épocas}; cuenta lo aprendido hasta entonces.",
    ),
    "measuring.stopped_by_epochs": (
        "Training was stopped after {done:int} of {asked:int epoch|epochs}, as many as this exercise allows for one training; what was learned until then counts.",
        "El entrenamiento se detuvo después de {done:int} de {asked:int época|épocas}, las que este ejercicio permite en un entrenamiento; cuenta lo aprendido hasta entonces.",
    ),
    "measuring.stopped_by_fit_time": (
        "Training was stopped after {done:int} of {asked:int epoch|epochs}, because it had the time that this exercise allows for one training; what was learned until then counts.",
        "El entrenamiento se detuvo después de {done:int} de {asked:int época|épocas}, porque agotó el tiempo que este ejercicio permite en un entrenamiento; cuenta lo aprendido hasta entonces.",
    ),
    "measuring.sizes_of_data": (
        "The input of «{model}» leaves its size open; it is graded with the size of the images that the notebook gives it, {shape:shape}.",
        "La entrada de «{model}» deja abierto su tamaño; se califica con el de las imágenes que le da el cuaderno, {shape:shape}.",
    ),
    "measuring.head": (
        "«{model}» has {n:int} outputs; «{head}», the one with a value for each class, is graded, with the layers on the way to it.",
        "«{model}» tiene {n:int} salidas; se califica «{head}», la que tiene un valor por clase, con las capas que llevan a ella.",
    ),
    # The preprocessing, step by step.
    "measuring.preprocessed": ("your images: {steps:list}", "tus imágenes: {steps:list}"),
    "measuring.step_raw": ("raw values from 0 to 255", "valores originales de 0 a 255"),
    "measuring.step_255": ("divided by 255", "divididas entre 255"),
    "measuring.step_256": ("divided by 256", "divididas entre 256"),
    "measuring.step_signed": ("scaled to the range from -1 to 1", "escaladas al intervalo de -1 a 1"),
    "measuring.step_inverted": (
        "divided by 255 and inverted (black digits on white)",
        "divididas entre 255 e invertidas (dígitos negros sobre blanco)",
    ),
    "measuring.step_standardised": (
        "standardised (minus the mean {mean:num}, divided by the standard deviation {std:num})",
        "estandarizadas (menos la media {mean:num}, divididas entre la desviación estándar {std:num})",
    ),
    "measuring.step_affine": ("{scale:num} · x + ({offset:num})", "{scale:num} · x + ({offset:num})"),
    "measuring.step_threshold": (
        "made black and white (pixels up to {last:int} become {dark:num}, brighter ones {bright:num})",
        "pasadas a blanco y negro (los píxeles hasta {last:int} pasan a {dark:num}, los más claros a {bright:num})",
    ),
    "measuring.step_curve": (
        "each grey level replaced by another one",
        "cada nivel de gris cambiado por otro",
    ),
    "measuring.step_per_pixel": (
        "each pixel with a scale and an offset of its own",
        "cada píxel con su propia escala y su propio desplazamiento",
    ),
    "measuring.step_unit_rows": (
        "each row of pixels normalised to length 1",
        "cada fila de píxeles normalizada a longitud 1",
    ),
    "measuring.step_unit_columns": (
        "each column of pixels normalised to length 1",
        "cada columna de píxeles normalizada a longitud 1",
    ),
    "measuring.step_unit_images": ("each image normalised to length 1", "cada imagen normalizada a longitud 1"),
    "measuring.step_transposed": ("rows and columns exchanged", "con filas y columnas intercambiadas"),
    "measuring.step_pad": ("padded to {height} x {width}", "con relleno hasta {height} x {width}"),
    "measuring.step_resize": ("resized to {height} x {width}", "redimensionadas a {height} x {width}"),
    "measuring.step_grey_to_rgb": ("the grey value in three channels", "el valor de gris repetido en tres canales"),
    "measuring.step_flat": ("flattened to {n:int number|numbers}", "aplanadas a {n:int número|números}"),
    "measuring.step_shape": ("as {shape:shape}", "con la forma {shape:shape}"),
    # Why there is no measurement of ours.
    "measuring.no_picture": (
        "The model's input shape {shape:shape} does not hold a 28 x 28 picture in any way that is known here, so its accuracy cannot be measured.",
        "La forma de entrada del modelo, {shape:shape}, no contiene una imagen de 28 x 28 de ninguna manera conocida aquí, así que no se puede medir su exactitud.",
    ),
    "measuring.no_member": (
        "The preprocessing of your images is none of those that can be repeated here, so the accuracy on the hidden images cannot be measured; a person will look at it.",
        "El preprocesamiento de tus imágenes no es ninguno de los que se pueden repetir aquí, así que no se puede medir la exactitud con las imágenes ocultas; lo revisará una persona.",
    ),
    "measuring.several_inputs": (
        "The model has {n:int} inputs; only a model with one input can be given hidden images, so a person will look at it.",
        "El modelo tiene {n:int} entradas; solo a un modelo con una entrada se le pueden dar imágenes ocultas, así que lo revisará una persona.",
    ),
    "measuring.several_maps": (
        "The model has {n:int} outputs; only those of a model with one output are compared here, so a person will look at it.",
        "El modelo tiene {n:int} salidas; aquí solo se comparan las de un modelo con una salida, así que lo revisará una persona.",
    ),
    "measuring.several_outputs": (
        "The model has {n:int} outputs, and not exactly one of them has a value for each class, so which one to grade is left to a person.",
        "El modelo tiene {n:int} salidas y no hay exactamente una con un valor por clase, así que una persona verá cuál se califica.",
    ),
    "measuring.output_too_large": (
        "The model's output shape {shape:shape} is too large to be measured: {n:int} numbers per image, at most {most:int}.",
        "La forma de salida del modelo, {shape:shape}, es demasiado grande para medirla: {n:int} números por imagen, como máximo {most:int}.",
    ),
    "measuring.not_loaded": (
        "The model could not be loaded for the measurement ({reason}); a person will look at it.",
        "No se pudo cargar el modelo para la medición ({reason}); lo revisará una persona.",
    ),
    "measuring.not_run": (
        "The model could not be run on the test images ({reason}); a person will look at it.",
        "No se pudo ejecutar el modelo con las imágenes de prueba ({reason}); lo revisará una persona.",
    ),
    "measuring.too_slow": (
        "The model needed more than {limit:time} to predict {n:int} images, so its accuracy was not measured; a person will look at it.",
        "El modelo necesitó más de {limit:time} para predecir {n:int} imágenes, así que no se midió su exactitud; lo revisará una persona.",
    ),
    "measuring.too_big": (
        "The model needed more than {limit:int} MB of memory to predict, so its accuracy was not measured; a person will look at it.",
        "El modelo necesitó más de {limit:int} MB de memoria para predecir, así que no se midió su exactitud; lo revisará una persona.",
    ),
    "measuring.no_time_left": (
        "The model was not measured: the other models of this notebook had used up the time for it. A person will look at it.",
        "El modelo no se midió: los demás modelos de este cuaderno habían agotado el tiempo para ello. Lo revisará una persona.",
    ),
    "measuring.machine_busy": (
        "The grading machine was too busy to measure the accuracy. That is not your fault. It will be measured again.",
        "La máquina de corrección estaba demasiado ocupada para medir la exactitud. No es culpa tuya. Se medirá de nuevo.",
    ),
    "measuring.sandbox_failed": (
        "The measurement failed for a reason that is not yours; a person will look at it.",
        "La medición falló por una causa ajena a ti; lo revisará una persona.",
    ),
}
