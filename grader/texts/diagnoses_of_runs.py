"""Causes and cures of what ran and is wrong, see ``texts.diagnoses``: (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # what the code says
    "diagnoses.third_number": (
        "In `{name}` the third number is the stride, not the kernel's width.",
        "En `{name}` el tercer número es el paso (stride), no el ancho del filtro.",
    ),
    "diagnoses.third_number.cure": ("Write `{today}`.", "Escribe `{today}`."),
    "diagnoses.decay": (
        "The optimizer's argument `decay` is accepted but does nothing any more.",
        "El argumento `decay` del optimizador se acepta, pero ya no hace nada.",
    ),
    "diagnoses.decay.cure": (
        "Leave it out, or give `learning_rate` a schedule such as `keras.optimizers.schedules.ExponentialDecay`.",
        "Quítalo, o da a `learning_rate` una planificación como `keras.optimizers.schedules.ExponentialDecay`.",
    ),
    "diagnoses.scaled_labels": (
        "The labels are divided by 255 as well: the class 9 becomes 0.035.",
        "También las etiquetas se dividen entre 255: la clase 9 pasa a ser 0,035.",
    ),
    "diagnoses.scaled_labels.cure": ("Divide only the images.", "Divide solo las imágenes."),
    "diagnoses.metrics_names": (
        "In today's Keras `metrics_names` holds only `loss` and `compile_metrics`, not `accuracy`.",
        "En el Keras actual `metrics_names` solo contiene `loss` y `compile_metrics`, no `accuracy`.",
    ),
    "diagnoses.metrics_names.cure": (
        'Take the values by name: `model.evaluate(x, y, return_dict=True)["accuracy"]`.',
        'Toma los valores por su nombre: `model.evaluate(x, y, return_dict=True)["accuracy"]`.',
    ),
    # what an early look may have caused
    "diagnoses.cut_training": (
        "This may come only from the early look, which cuts every training short: its numbers mean nothing yet.",
        "Quizá se deba solo al vistazo, que acorta cada entrenamiento: sus números todavía no significan nada.",
    ),
    "diagnoses.cut_training.cure": (
        "The full grading will show whether it really fails.",
        "La corrección completa mostrará si falla de verdad.",
    ),
    "diagnoses.look_ended": (
        "This cell trains again and again; an early look, which cuts every training short, stops it.",
        "Esta celda entrena una y otra vez; un vistazo, que acorta cada entrenamiento, la detiene.",
    ),
    "diagnoses.look_ended.cure": (
        "The full grading will show whether it ends.",
        "La corrección completa mostrará si termina.",
    ),
    # what became of the models
    "diagnoses.unscaled": (
        "The network was trained on values up to {most:num}; networks learn better from small ones.",
        "La red se entrenó con valores de hasta {most:num}; las redes aprenden mejor con valores pequeños.",
    ),
    "diagnoses.unscaled.cure": (
        "Divide the images by 255 before training.",
        "Divide las imágenes entre 255 antes de entrenar.",
    ),
    "diagnoses.test_scaled_otherwise": (
        "`evaluate` was given images with values up to {most:num}, but the network was trained on values up to {trained:num}.",
        "`evaluate` recibió imágenes con valores de hasta {most:num}, pero la red se entrenó con valores de hasta {trained:num}.",
    ),
    "diagnoses.test_scaled_otherwise.cure": (
        "Prepare the test images exactly as the training images; until then its loss and accuracy say nothing.",
        "Prepara las imágenes de prueba igual que las de entrenamiento; hasta entonces su pérdida y su acierto no dicen nada.",
    ),
    "diagnoses.linear_hidden": (
        "The hidden layer `{layer}` ({kind}) has no activation, so it and the next layer together are worth no more than one layer.",
        "La capa oculta `{layer}` ({kind}) no tiene activación, así que ella y la siguiente juntas no valen más que una sola capa.",
    ),
    "diagnoses.linear_hidden.cure": (
        'Give it one: `activation="relu"`.',
        'Ponle una: `activation="relu"`.',
    ),
    "diagnoses.softmax_of_one": (
        "Softmax on a single unit always gives 1.",
        "Softmax sobre una sola unidad da siempre 1.",
    ),
    "diagnoses.softmax_of_one.cure": (
        'For ten classes end with `Dense(10, activation="softmax")`; for one yes-or-no answer use `activation="sigmoid"`.',
        'Para diez clases termina con `Dense(10, activation="softmax")`; para una sola respuesta de sí o no usa `activation="sigmoid"`.',
    ),
    "diagnoses.sigmoid_categorical": (
        "The last layer uses sigmoid, but the loss `{name}` expects probabilities that add up to 1.",
        "La última capa usa sigmoide, pero la pérdida `{name}` espera probabilidades que sumen 1.",
    ),
    "diagnoses.sigmoid_categorical.cure": (
        'Use `activation="softmax"` in the last layer.',
        'Usa `activation="softmax"` en la última capa.',
    ),
    "diagnoses.logits_of_softmax": (
        "The last layer already uses softmax, and `from_logits=True` applies it again.",
        "La última capa ya usa softmax, y `from_logits=True` lo aplica otra vez.",
    ),
    "diagnoses.logits_of_softmax.cure": (
        "Leave `from_logits=True` out, or the softmax.",
        "Quita `from_logits=True`, o la softmax.",
    ),
    "diagnoses.no_softmax": (
        "The last layer has no softmax, but the loss `{name}` takes its values for probabilities.",
        "La última capa no tiene softmax, pero la pérdida `{name}` toma sus valores por probabilidades.",
    ),
    "diagnoses.no_softmax.cure": (
        'Use `activation="softmax"` in the last layer, or a loss with `from_logits=True`.',
        'Usa `activation="softmax"` en la última capa, o una pérdida con `from_logits=True`.',
    ),
    "diagnoses.test_in_training": (
        "The network was trained on the test images.",
        "La red se entrenó con las imágenes de prueba.",
    ),
    "diagnoses.test_in_training.cure": (
        "Train with the training images and their labels only.",
        "Entrena solo con las imágenes de entrenamiento y sus etiquetas.",
    ),
    "diagnoses.trained_twice": (
        "The same network was trained {n:int} times: each training goes on where the one before ended.",
        "La misma red se entrenó {n:int} veces: cada entrenamiento sigue donde acabó el anterior.",
    ),
    "diagnoses.trained_twice.cure": (
        "If you compare settings, build and compile the network anew before each training.",
        "Si comparas ajustes, construye y compila la red de nuevo antes de cada entrenamiento.",
    ),
    "diagnoses.saved_before": (
        "The model was saved before it was trained, and not again: the file holds untrained weights.",
        "El modelo se guardó antes de entrenarlo, y no después: el archivo tiene pesos sin entrenar.",
    ),
    "diagnoses.saved_before.cure": ("Call `model.save` after `fit`.", "Llama a `model.save` después de `fit`."),
    "diagnoses.out_of_order": (
        "You ran the cells in another order ({cell:cell} came after {after:cell}); here they ran from top to bottom.",
        "Ejecutaste las celdas en otro orden ({cell:cell} después de {after:cell}); aquí se ejecutaron de arriba abajo.",
    ),
    "diagnoses.out_of_order.cure": (
        "Try Restart and Run All before you hand in.",
        "Prueba con Reiniciar y ejecutar todo antes de entregar.",
    ),
}
