"""What the checks say of typed answers and of exported arrays: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # answers
    "checks.answer_near": (
        "Your answer {typed} was taken as {wanted}; write the name as the exercise does.",
        "Tu respuesta {typed} se ha leído como {wanted}; escribe el nombre igual que en el enunciado.",
    ),
    "checks.answers_called": (
        "Your answers were read from {called}; call the dictionary `answers`, as the exercise does.",
        "Tus respuestas se han leído de {called}; llama al diccionario `answers`, como en el enunciado.",
    ),
    "checks.answer_unclear": (
        "Which of {typed:list} is your answer {wanted} is not clear, so none was read; write the name as the exercise does.",
        "No está claro cuál de {typed:list} es tu respuesta {wanted}, así que no se ha leído ninguna; escribe el nombre igual que en el enunciado.",
    ),
    "checks.answer_too_long": (
        "This answer is too long to be read (more than {limit:int}).",
        "Esta respuesta es demasiado larga para leerla (más de {limit:int}).",
    ),
    "checks.answer_too_deep": (
        "This answer is nested more than {limit:int} levels deep and was not read.",
        "Esta respuesta tiene más de {limit:int} niveles anidados y no se ha leído.",
    ),
    "checks.answer_not_finite": (
        "This answer holds a number that is infinite, undefined or far too large.",
        "Esta respuesta contiene un número infinito, indefinido o demasiado grande.",
    ),
    "checks.answer_no_number": (
        "A number was expected here: write a number alone. You wrote: {typed}",
        "Aquí se esperaba un número: escribe un número solo. Escribiste: {typed}",
    ),
    "checks.answer_no_shape": (
        "A shape such as (28, 28, 1) was expected here; you wrote: {typed}",
        "Aquí se esperaba una forma como (28, 28, 1); escribiste: {typed}",
    ),
    "checks.answer_no_option": (
        "Which option you mean cannot be read: write the letter of a single option. You wrote: {typed}",
        "No se puede leer qué opción quieres decir: escribe la letra de una sola opción. Escribiste: {typed}",
    ),
    "checks.answer_no_word": (
        "A single option or word was expected here; you wrote: {typed}",
        "Aquí se esperaba una sola opción o palabra; escribiste: {typed}",
    ),
    "checks.no_answer": (
        "There is no answer {answer} in the dictionary `answers` (or `respuestas`).",
        "No hay ninguna respuesta {answer} en el diccionario `answers` (o `respuestas`).",
    ),
    "checks.answer_open": (
        "The answer {answer} was left open: nothing was written there.",
        "La respuesta {answer} se quedó sin escribir.",
    ),
    "checks.answer_empty": (
        "The answer {answer} is empty: nothing was put into it.",
        "La respuesta {answer} está vacía: no se le añadió nada.",
    ),
    "checks.no_answer_because": (
        "There is no answer {answer}: {reason} before it was given.",
        "No hay ninguna respuesta {answer}: {reason} antes de darla.",
    ),
    "checks.no_expected": (
        "The expected value {name} is not there, so nobody can tell yet; that is not your fault.",
        "Falta el valor esperado {name}, así que todavía no se puede juzgar; no es culpa tuya.",
    ),
    "checks.number_right": ("The number is right.", "El número es correcto."),
    "checks.gap_right": (
        "Right: {train:pct} in training ({train_source}) minus {test:pct} in test ({test_source}) is {gap:two} points.",
        "Correcto: {train:pct} en entrenamiento ({train_source}) menos {test:pct} en prueba ({test_source}) son {gap:two} puntos.",
    ),
    "checks.accuracy_right": ("Right: {value:pct} ({source}).", "Correcto: {value:pct} ({source})."),
    "checks.from_history": ("last epoch of fit", "última época de fit"),
    "checks.from_val_history": ("validation after the last epoch of fit", "validación tras la última época de fit"),
    "checks.from_evaluate": ("evaluate on {n:int} images", "evaluate con {n:int} imágenes"),
    "checks.from_given_train": (
        "measured on {n:int} of your training images",
        "medido en {n:int} de tus imágenes de entrenamiento",
    ),
    "checks.from_given_test": (
        "measured on {n:int} of your test images",
        "medido en {n:int} de tus imágenes de prueba",
    ),
    "checks.from_our_train": (
        "our measurement on {n:int} training images",
        "nuestra medida en {n:int} imágenes de entrenamiento",
    ),
    "checks.from_our_test": ("our measurement on {n:int} test images", "nuestra medida en {n:int} imágenes de prueba"),
    "checks.number_wrong": ("{typed} is not the right number.", "{typed} no es el número correcto."),
    "checks.figure_from_nowhere": (
        "Nothing in the notebook asks the network about new images (no evaluate, no predict), so this number is not its own. Measure it, and submit what you measured.",
        "Nada en el cuaderno le pregunta a la red por imágenes nuevas (ni evaluate ni predict), así que este número no es suyo. Mídelo y entrega lo que hayas medido.",
    ),
    "checks.number_carried": (
        "Right by your own earlier answers: {formula} = {value:num}.",
        "Correcto según tus propias respuestas anteriores: {formula} = {value:num}.",
    ),
    "checks.misconception": ("That is a known slip: {name}.", "Es un error conocido: {name}."),
    "checks.choice_right": ("The right option.", "La opción correcta."),
    "checks.choice_wrong": ("{typed} is not the right option.", "{typed} no es la opción correcta."),
    "checks.term_right": ("{typed} is the right term.", "{typed} es el término correcto."),
    "checks.term_wrong": ("{typed} is not the term that was asked for.", "{typed} no es el término que se pedía."),
    "checks.shape_right": ("The shape {shape:shape} is right.", "La forma {shape:shape} es correcta."),
    "checks.shape_wrong": ("{shape:shape} is not the right shape.", "{shape:shape} no es la forma correcta."),
    # arrays
    "checks.no_array": ("There is no array called {name}.", "No hay ningún array llamado {name}."),
    "checks.no_array_because": (
        "There is no array called {name}: {reason} before it was made.",
        "No hay ningún array llamado {name}: {reason} antes de crearlo.",
    ),
    "checks.array_shape": (
        "{name} has the shape {shape:shape}; {wanted:shape} was asked for.",
        "{name} tiene la forma {shape:shape}; se pedía {wanted:shape}.",
    ),
    "checks.array_padded": (
        "{name} has the shape {shape:shape}; {wanted:shape} was asked for. Its middle is right: a border was added, as a convolution with padding does. Leave the padding out.",
        "{name} tiene la forma {shape:shape}; se pedía {wanted:shape}. Su parte central es correcta: sobra un borde, el que añade una convolución con relleno. Quita el relleno.",
    ),
    "checks.array_right": ("{name} holds the right values.", "{name} contiene los valores correctos."),
    "checks.array_wrong": (
        "{different:int} of {all:int} values of {name} {different:is|are} not right: at position {place:shape} it has {own}, where {wanted:num} is right.",
        "{different:int} de {all:int} valores de {name} no {different:es correcto|son correctos}: en la posición {place:shape} tiene {own}, y lo correcto es {wanted:num}.",
    ),
    "checks.array_carried": (
        "{name} follows rightly from your own arrays ({formula}), so their slip costs nothing here.",
        "{name} se sigue bien de tus propios arrays ({formula}), así que su desliz no cuesta nada aquí.",
    ),
    "checks.array_rows_unknown": (
        "The values of {name} could not be compared; a person will look at it.",
        "Los valores de {name} no se pudieron comparar; una persona lo mirará.",
    ),
}
