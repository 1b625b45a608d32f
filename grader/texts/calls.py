"""What the checks say of called functions and of fixed filters: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "checks.value_at": ("{value} at position {place:shape}", "{value} en la posición {place:shape}"),
    # functions as a whole
    "checks.call_right": (
        "{function} gives the right result in {all:|all of }{all:int call|calls} with arguments that it had not seen.",
        "{function} da el resultado correcto en {all:|las }{all:int llamada|llamadas} con argumentos que no conocía.",
    ),
    "checks.call_wrong": (
        "{function}: {right:int} of {all:int call is|calls are} right. Called with {given}, {fault}",
        "{function}: {all:es correcta|son correctas} {right:int} de {all:int llamada|llamadas}. Llamada con {given}, {fault}",
    ),
    "checks.call_by_library": (
        "{function} leaves its work to a library ({libraries:list}); here it is to be written with Python and NumPy alone.",
        "{function} deja su trabajo a una biblioteca ({libraries:list}); aquí se pide escribirla solo con Python y NumPy.",
    ),
    "checks.call_changes": (
        "{reason} But it changes its argument {argument} for whoever called it: work on a copy, or on a new array.",
        "{reason} Pero modifica su argumento {argument} a quien la llamó: trabaja sobre una copia o un array nuevo.",
    ),
    "checks.call_changes_too": (
        "{reason} It also changes its argument {argument} for whoever called it: work on a copy, or on a new array.",
        "{reason} Además modifica su argumento {argument} a quien la llamó: trabaja sobre una copia o un array nuevo.",
    ),
    "checks.no_function": (
        "There is no function called {function} when the notebook has run.",
        "No existe ninguna función llamada {function} cuando el cuaderno ha terminado.",
    ),
    "checks.no_function_because": (
        "There is no function called {function}: {reason} before it was defined.",
        "No existe ninguna función llamada {function}: {reason} antes de definirla.",
    ),
    "checks.no_call_because": (
        "{function} could not be called: {reason}, and the program did not live to its end.",
        "No se pudo llamar a {function}: {reason}, y el programa no llegó vivo al final.",
    ),
    "checks.calls_lost": (
        "What {function} gives could not be found out; a person will look at it.",
        "No se pudo averiguar qué da {function}; una persona lo mirará.",
    ),
    "checks.not_a_function": (
        "{function} is not a function but of the type {kind}. Does a variable further down have the same name?",
        "{function} no es una función, sino de tipo {kind}. ¿Hay más abajo una variable con el mismo nombre?",
    ),
    # one call, as the end of a sentence
    "checks.call_shape": (
        "it gives an array of shape {shape:shape}; {wanted:shape} was asked for.",
        "da un array de forma {shape:shape}; se pedía {wanted:shape}.",
    ),
    "checks.call_bools": (
        "it gives True and False; numbers were asked for.",
        "da True y False; se pedían números.",
    ),
    "checks.call_not_finite": (
        "{count:int} of {all:int} values {count:is no number|are not numbers} (NaN or infinity).",
        "{count:int} de {all:int} valores {count:no es un número|no son números} (NaN o infinito).",
    ),
    "checks.call_value": (
        "{count:int} of {all:int} values {count:is|are} not right: at position {place:shape} it gives {own:num}, where {wanted:num} is right.",
        "{count:int} de {all:int} valores no {count:es correcto|son correctos}: en la posición {place:shape} da {own:num}, y lo correcto es {wanted:num}.",
    ),
    "checks.call_number": (
        "it gives {own:num}, where {wanted:num} is right.",
        "da {own:num}, y lo correcto es {wanted:num}.",
    ),
    "checks.call_none": (
        "it gives nothing back (None): did you forget `return`?",
        "no devuelve nada (None): ¿has olvidado `return`?",
    ),
    "checks.call_no_array": (
        "it gives something of the type {kind}; an array of numbers was asked for.",
        "da algo de tipo {kind}; se pedía un array de números.",
    ),
    "checks.call_not_written": (
        "it says that it is not written yet (NotImplementedError).",
        "dice que aún está por escribir (NotImplementedError).",
    ),
    "checks.call_error": ("it ends in {error}.", "termina con {error}."),
    "checks.call_disk_full": (
        "it could not be called: the files that the notebook wrote fill the disk that it may use. Write fewer, or remove them.",
        "no se pudo llamar: los archivos que escribió el cuaderno llenan el disco que puede usar. Escribe menos o bórralos.",
    ),
    "checks.call_timeout": (
        "it does not come back in time; is there a loop without an end?",
        "no termina a tiempo; ¿hay un bucle sin fin?",
    ),
    "checks.call_died": ("it ends the whole program.", "acaba con todo el programa."),
    "checks.call_not_called": (
        "it was not called any more, because an earlier call did not come back.",
        "ya no se pudo llamar, porque una llamada anterior no terminó.",
    ),
    # fixed filters
    "checks.not_predicted": (
        "What the model gives for our images could not be found out; a person will look at it.",
        "No se pudo averiguar qué da el modelo con nuestras imágenes; una persona lo mirará.",
    ),
    "checks.filters_right": (
        "On images that it had not seen the model answers exactly as the filters that were asked for ({n:int}).",
        "Con imágenes que no conocía, el modelo responde exactamente como los filtros que se pedían ({n:int}).",
    ),
    "checks.filters_input": (
        "The model takes inputs of shape {shape:shape}; images with channels as the last axis were asked for, {channels:int} of them.",
        "El modelo recibe entradas de forma {shape:shape}; se pedían imágenes con los canales en el último eje, y que sean {channels:int}.",
    ),
    "checks.filters_small": (
        "The model takes images of shape {shape:shape}, smaller than a filter of {size:shape}.",
        "El modelo recibe imágenes de forma {shape:shape}, más pequeñas que un filtro de {size:shape}.",
    ),
    "checks.filters_shape": (
        "The output has the shape {shape:shape}; these filters without padding and with stride 1 give {wanted:shape}.",
        "La salida tiene la forma {shape:shape}; estos filtros, sin relleno y con paso 1, dan {wanted:shape}.",
    ),
    "checks.filters_padded": (
        'The filters are right, but the layer pads the image, so its output has the shape {shape:shape}. Leave padding="same" out.',
        'Los filtros son correctos, pero la capa rellena el borde de la imagen y su salida tiene la forma {shape:shape}. Quita padding="same".',
    ),
    "checks.filters_bias": (
        "The filters are right, but the layer adds a bias to each map: {biases:list}. Set it to zero or use use_bias=False.",
        "Los filtros son correctos, pero la capa suma un sesgo a cada mapa: {biases:list}. Ponlo a cero o usa use_bias=False.",
    ),
    "checks.filters_relu": (
        "The filters are right, but every negative response becomes 0: the activation must be linear.",
        "Los filtros son correctos, pero cada respuesta negativa se vuelve 0: la activación debe ser lineal.",
    ),
    "checks.filters_order": (
        "The filters are right, but in another order: the ones that were asked for stand at the places {order:list}.",
        "Los filtros son correctos, pero en otro orden: los que se pedían están en los lugares {order:list}.",
    ),
    "checks.filters_count": (
        "The layer has {own:int filter|filters}; {all:int} {all:was|were} asked for, and {right:int} of them {right:is there in its place|are there in their places}.",
        "La capa tiene {own:int filtro|filtros}; se {all:pedía|pedían} {all:int}, y {right:int} de ellos {right:está|están} en su lugar.",
    ),
    "checks.filters_wrong": (
        "{right:int} of {all:int filter is|filters are} right. By its answers, your filter number {n:int} is {kernel}.",
        "{all:Es correcto|Son correctos} {right:int} de {all:int filtro|filtros}. Según sus respuestas, tu filtro número {n:int} es {kernel}.",
    ),
    "checks.filters_differ": (
        "{right:int} of {all:int filter is|filters are} right. Filter number {n:int} answers differently.",
        "{all:Es correcto|Son correctos} {right:int} de {all:int filtro|filtros}. El filtro número {n:int} responde otra cosa.",
    ),
}
