"""Seeded questions, the wrong ideas that are known for them, and whose questions were graded.

The texts of the questions (``questions.SET.SLOT``) also stand in the handouts, filled by ``str.format``:
plain names in braces only.
"""

TEXTS: dict[str, tuple[str, str]] = {
    # the handout's first cell
    "questions.cell_id": (
        'your id from the class list, in quotes ("public" when there is none)',
        'tu identificador en la lista de clase, entre comillas ("public" si no hay)',
    ),
    "questions.cell_rest": (
        "Leave the rest as it is: it picks your questions and shows them.",
        "Deja el resto como está: elige tus preguntas y las muestra.",
    ),
    # output-size
    "questions.output-size.padded": (
        "A {K} x {K} convolution goes over a {N} x {N} image with stride S = {S} and padding P = {P} on each side. How many rows does its output have?",
        "Una convolución de {K} x {K} recorre una imagen de {N} x {N} con paso (stride) S = {S} y relleno (padding) P = {P} en cada lado. ¿Cuántas filas tiene la salida?",
    ),
    "questions.output-size.strided": (
        "A {K} x {K} convolution goes over a {N} x {N} image with stride S = {S} and no padding (P = {P}). How many rows does its output have?",
        "Una convolución de {K} x {K} recorre una imagen de {N} x {N} con paso S = {S} y sin relleno (P = {P}). ¿Cuántas filas tiene la salida?",
    ),
    "questions.output-size.same": (
        'A {K} x {K} convolution with padding="same" and stride S = {S} goes over a {N} x {N} image. How many rows does its output have?',
        'Una convolución de {K} x {K} con padding="same" y paso S = {S} recorre una imagen de {N} x {N}. ¿Cuántas filas tiene la salida?',
    ),
    "questions.output-size.pooling": (
        "A max pooling of {K} x {K}, with the stride that it has unless told otherwise, goes over {N} x {N} maps. How many rows are left?",
        "Un max pooling de {K} x {K}, con el paso que tiene si no se dice otra cosa, recorre mapas de {N} x {N}. ¿Cuántas filas quedan?",
    ),
    "questions.output-size.dilated": (
        "A {K} x {K} convolution with dilation D = {D}, stride 1 and no padding goes over a {N} x {N} image. How many rows does its output have?",
        "Una convolución de {K} x {K} con dilatación D = {D}, paso 1 y sin relleno recorre una imagen de {N} x {N}. ¿Cuántas filas tiene la salida?",
    ),
    "questions.output-size.chain": (
        "A {N} x {N} image goes through: convolution {K1} x {K1}, max pooling 2 x 2, convolution {K2} x {K2}, max pooling 2 x 2 (stride 1 in the convolutions, no padding). How many rows are there after each of the four layers? Give a list of four numbers.",
        "Una imagen de {N} x {N} pasa por: convolución {K1} x {K1}, max pooling 2 x 2, convolución {K2} x {K2}, max pooling 2 x 2 (paso 1 en las convoluciones, sin relleno). ¿Cuántas filas hay después de cada una de las cuatro capas? Da una lista de cuatro números.",
    ),
    "questions.output-size.depth": (
        "Images of shape ({N}, {N}, {C}) go through Conv2D with {F} filters of {K} x {K}, stride 1, no padding. What is the shape of the output, without the batch axis? Give three numbers, such as (26, 26, 64).",
        "Imágenes de forma ({N}, {N}, {C}) pasan por Conv2D con {F} filtros de {K} x {K}, paso 1, sin relleno. ¿Qué forma tiene la salida, sin el eje del lote? Da tres números, como (26, 26, 64).",
    ),
    "questions.output-size.inverse": (
        "Which padding P makes a {K} x {K} convolution with stride S = {S} give {N} x {N} again for a {N} x {N} image?",
        "¿Qué relleno P hace que una convolución de {K} x {K} con paso S = {S} dé otra vez {N} x {N} para una imagen de {N} x {N}?",
    ),
    # parameter-count
    "questions.parameter-count.dense": (
        "A Dense layer has {I} inputs and {U} units. How many weights, how many biases, and how many parameters in total?",
        "Una capa Dense tiene {I} entradas y {U} unidades. ¿Cuántos pesos, cuántos sesgos y cuántos parámetros en total?",
    ),
    "questions.parameter-count.mlp": (
        "A network for vectors of {I} numbers: Dense({A}), Dense({B}), Dense({U}). How many parameters has each layer (first, second, output), and how many are there in total?",
        "Una red para vectores de {I} números: Dense({A}), Dense({B}), Dense({U}). ¿Cuántos parámetros tiene cada capa (first, second, output) y cuántos hay en total?",
    ),
    "questions.parameter-count.conv": (
        "Conv2D with {F} filters of {K} x {K} looks at images of shape ({N}, {N}, {C}). How many weights, how many biases, and how many parameters in total?",
        "Conv2D con {F} filtros de {K} x {K} mira imágenes de forma ({N}, {N}, {C}). ¿Cuántos pesos, cuántos sesgos y cuántos parámetros en total?",
    ),
    "questions.parameter-count.flat": (
        "Flatten is given {F} feature maps of {T} x {T}. How long is the vector that it makes of them?",
        "Flatten recibe {F} mapas de características de {T} x {T}. ¿Qué longitud tiene el vector que forma con ellos?",
    ),
    "questions.parameter-count.network": (
        "A network for images of shape ({N}, {N}, {C}): Conv2D with {F} filters of {K} x {K} (no padding), MaxPooling2D(2), Flatten, Dense({U}). How many parameters has each layer, how long is the flattened vector (length), and how many parameters are there in total?",
        "Una red para imágenes de forma ({N}, {N}, {C}): Conv2D con {F} filtros de {K} x {K} (sin relleno), MaxPooling2D(2), Flatten, Dense({U}). ¿Cuántos parámetros tiene cada capa, qué longitud tiene el vector aplanado (length) y cuántos parámetros hay en total?",
    ),
    # convolution
    "questions.convolution.value": (
        "The kernel goes over the image as deep-learning libraries do it (no flipping), stride 1, no padding. Which value stands in row {row}, column {column} of the output, counted from 0?",
        "El kernel recorre la imagen como en las bibliotecas de aprendizaje profundo (sin voltearlo), con paso 1 y sin relleno. ¿Qué valor está en la fila {row}, columna {column} de la salida, contando desde 0?",
    ),
    "questions.convolution.size": (
        "An image of {H} rows and {W} columns goes under a {K} x {K} kernel, stride 1, no padding. What shape does the output have? Give (rows, columns).",
        "Una imagen de {H} filas y {W} columnas pasa bajo un kernel de {K} x {K}, con paso 1 y sin relleno. ¿Qué forma tiene la salida? Da (filas, columnas).",
    ),
    # wrong ideas about sizes; {how} is the formula behind the student's number
    "questions.idea.forgot-plus-one": (
        "The + 1 at the end is missing ({how}): the first position of the window counts too.",
        "Falta el + 1 del final ({how}): la primera posición de la ventana también cuenta.",
    ),
    "questions.idea.padding-once": (
        "The padding was counted once ({how}): P values are added on each of the two sides, so it is 2P.",
        "El relleno se contó una sola vez ({how}): se añaden P valores en cada uno de los dos lados, así que es 2P.",
    ),
    "questions.idea.padding-ignored": (
        "The padding was left out ({how}): it makes the image larger by 2P before the kernel comes.",
        "Falta el relleno ({how}): agranda la imagen en 2P antes de que llegue el kernel.",
    ),
    "questions.idea.padding-is-kernel": (
        "The padding is not the size of the kernel ({how}): put it into the formula and see what comes out.",
        "El relleno no es el tamaño del kernel ({how}): ponlo en la fórmula y mira qué sale.",
    ),
    "questions.idea.no-padding": (
        "Without padding the image gets smaller: {how}.",
        "Sin relleno la imagen se hace más pequeña: {how}.",
    ),
    "questions.idea.ceil-for-floor": (
        "The division was rounded up ({how}): a window that does not fit whole is left out, so round down.",
        "La división se redondeó hacia arriba ({how}): una ventana que no cabe entera no cuenta, así que se redondea hacia abajo.",
    ),
    "questions.idea.floor-for-ceil": (
        'The division was rounded down ({how}): with padding="same" the last values get a window too, so round up.',
        'La división se redondeó hacia abajo ({how}): con padding="same" los últimos valores también tienen ventana, así que se redondea hacia arriba.',
    ),
    "questions.idea.same-for-valid": (
        'That is the size with padding="same" ({how}); here nothing of the kind was said.',
        'Ese es el tamaño con padding="same" ({how}); aquí no se dijo nada de eso.',
    ),
    "questions.idea.valid-for-same": (
        'That is the size without padding ({how}); here it is padding="same".',
        'Ese es el tamaño sin relleno ({how}); aquí es padding="same".',
    ),
    "questions.idea.forgot-stride": (
        "The stride was left out ({how}): the window moves on by S values each time.",
        "Falta el paso ({how}): la ventana avanza S valores cada vez.",
    ),
    "questions.idea.forgot-dilation": (
        "The dilation was left out ({how}): with holes the kernel spans D (K - 1) + 1 values.",
        "Falta la dilatación ({how}): con huecos el kernel abarca D (K - 1) + 1 valores.",
    ),
    "questions.idea.dilation-times-kernel": (
        "The kernel does not span D times K values ({how}): the holes lie between its K values, so it is D (K - 1) + 1.",
        "El kernel no abarca D por K valores ({how}): los huecos están entre sus K valores, así que son D (K - 1) + 1.",
    ),
    "questions.idea.swapped-filters-channels": (
        "{how} has as many maps as the input has channels; each filter gives one map, so the last number is the number of filters.",
        "{how} tiene tantos mapas como canales la entrada; cada filtro da un mapa, así que el último número es el de filtros.",
    ),
    "questions.idea.channels-times-filters": (
        "{how} counts a map per filter and channel; a filter looks at all channels at once and gives one map.",
        "{how} cuenta un mapa por filtro y canal; un filtro mira todos los canales a la vez y da un solo mapa.",
    ),
    "questions.idea.no-depth": (
        "{how} is one map; each filter gives a map of its own, and the last number says how many there are.",
        "{how} es un solo mapa; cada filtro da el suyo, y el último número dice cuántos hay.",
    ),
    "questions.idea.channels-first": (
        "{how} has the maps first; in Keras they come last.",
        "{how} pone los mapas delante; en Keras van al final.",
    ),
    # wrong ideas about parameters
    "questions.idea.forgot-bias": (
        "The biases are missing ({how}): every unit or filter has one.",
        "Faltan los sesgos ({how}): cada unidad o filtro tiene uno.",
    ),
    "questions.idea.bias-per-weight": (
        "A bias was counted for every weight ({how}): there is one per unit or filter.",
        "Se contó un sesgo por cada peso ({how}): hay uno por unidad o filtro.",
    ),
    "questions.idea.bias-per-input": (
        "A bias was counted for every input ({how}): there is one per unit.",
        "Se contó un sesgo por cada entrada ({how}): hay uno por unidad.",
    ),
    "questions.idea.bias-per-channel": (
        "A bias was counted for every input channel ({how}): there is one per filter.",
        "Se contó un sesgo por cada canal de entrada ({how}): hay uno por filtro.",
    ),
    "questions.idea.bias-per-kernel": (
        "A bias was counted for every channel of every filter ({how}): there is one per filter, whatever the channels.",
        "Se contó un sesgo por cada canal de cada filtro ({how}): hay uno por filtro, sean los que sean los canales.",
    ),
    "questions.idea.first-inputs-everywhere": (
        "Every layer was given the network's own inputs ({how}): a layer is given the outputs of the one before it.",
        "Se usaron las entradas de la red en todas las capas ({how}): cada capa recibe las salidas de la anterior.",
    ),
    "questions.idea.one-bias": (
        "One bias was counted for the whole layer ({how}): every unit or filter has its own.",
        "Se contó un solo sesgo para toda la capa ({how}): cada unidad o filtro tiene el suyo.",
    ),
    "questions.idea.forgot-channels": (
        "The input channels are missing ({how}): each filter has K x K weights for every channel.",
        "Faltan los canales de entrada ({how}): cada filtro tiene K x K pesos por cada canal.",
    ),
    "questions.idea.k-for-k-squared": (
        "The kernel was counted as K weights ({how}): it has K x K of them.",
        "El kernel se contó como K pesos ({how}): tiene K x K.",
    ),
    "questions.idea.times-positions": (
        "The weights were multiplied by the size of the image ({how}): a filter uses the same weights at every position.",
        "Los pesos se multiplicaron por el tamaño de la imagen ({how}): un filtro usa los mismos pesos en cada posición.",
    ),
    "questions.idea.pooling-parameters": (
        "Pooling has no parameters ({how}): it takes the largest value and learns nothing.",
        "El pooling no tiene parámetros ({how}): toma el valor más grande y no aprende nada.",
    ),
    "questions.idea.flatten-parameters": (
        "Flatten has no parameters ({how}): that is the number of values that it hands on.",
        "Flatten no tiene parámetros ({how}): ese es el número de valores que entrega.",
    ),
    "questions.idea.flat-without-channels": (
        "The maps were counted as one ({how}): the vector holds the values of all of them.",
        "Los mapas se contaron como uno solo ({how}): el vector contiene los valores de todos.",
    ),
    "questions.idea.side-not-squared": (
        "A map was counted by its side ({how}): it has T x T values.",
        "Un mapa se contó por su lado ({how}): tiene T x T valores.",
    ),
    "questions.idea.forgot-pooling": (
        "The pooling was left out ({how}): it halves rows and columns before Flatten.",
        "Falta el pooling ({how}): reduce a la mitad filas y columnas antes de Flatten.",
    ),
    # wrong ideas about windows
    "questions.idea.flipped-kernel": (
        "The kernel was flipped first ({how}): that is mathematical convolution; deep-learning libraries do not flip.",
        "El kernel se volteó antes ({how}): eso es la convolución matemática; las bibliotecas de aprendizaje profundo no lo voltean.",
    ),
    "questions.idea.rows-for-columns": (
        "Rows and columns were exchanged ({how}): the row comes first.",
        "Se intercambiaron filas y columnas ({how}): primero va la fila.",
    ),
    "questions.idea.place-from-one": (
        "The window lies one row and one column too far up and left ({how}): rows and columns count from 0, and there is no padding.",
        "La ventana está una fila más arriba y una columna más a la izquierda ({how}): filas y columnas se cuentan desde 0 y no hay relleno.",
    ),
    "questions.idea.kernel-ignored": (
        "The values under the window were added up without the kernel ({how}): multiply each by its weight first.",
        "Se sumaron los valores bajo la ventana sin el kernel ({how}): antes hay que multiplicar cada uno por su peso.",
    ),
    # what a check says of an answer
    "questions.right": ("Right for your numbers.", "Correcto con tus números."),
    "questions.wrong": (
        "{typed} is not right. Worked out with your numbers: {worked}",
        "{typed} no es correcto. Resuelto con tus números: {worked}",
    ),
    "questions.wrong_idea": (
        "{idea} Worked out with your numbers: {worked}",
        "{idea} Resuelto con tus números: {worked}",
    ),
    "questions.not_a_solution": (
        "With {typed} the output has another size: {outcome}. One that fits: {worked}",
        "Con {typed} la salida tiene otro tamaño: {outcome}. Uno que sirve: {worked}",
    ),
    "questions.entries": (
        "{right:int} of {all:int} numbers {right:is|are} right; not these: {wrong:list}. Worked out with your numbers: {worked}",
        "{right:int} de {all:int} números {right:es correcto|son correctos}; estos no: {wrong:list}. Resuelto con tus números: {worked}",
    ),
    "questions.entries_idea": (
        "{idea} {right:int} of {all:int} numbers {right:is|are} right; not these: {wrong:list}. Worked out with your numbers: {worked}",
        "{idea} {right:int} de {all:int} números {right:es correcto|son correctos}; estos no: {wrong:list}. Resuelto con tus números: {worked}",
    ),
    "questions.consistent": (
        "{said} (What follows correctly from your own numbers counts as right: {entries:list}.)",
        "{said} (Lo que se deduce bien de tus propios números cuenta como correcto: {entries:list}.)",
    ),
    "questions.no_entries": (
        "These were asked for: {parts:list}. You wrote: {typed}",
        "Se pedían: {parts:list}. Escribiste: {typed}",
    ),
    "questions.step": ("number {nth:int}", "el número {nth:int}"),
    # whose questions were graded
    "questions.other_student": (
        "The notebook answers the questions of the id {claimed}; those of {graded} were graded. A person must look at it.",
        "El cuaderno responde a las preguntas del identificador {claimed}; se corrigieron las de {graded}. Una persona debe mirarlo.",
    ),
    "questions.public_variant": (
        'There is no class list with this hand-in\'s id, so the questions of the id "{id}" were graded.',
        'No hay una lista de clase con el identificador de esta entrega, así que se corrigieron las preguntas del identificador "{id}".',
    ),
    "questions.public_pool": (
        "This course has no secret of its own, so its questions come from the public pool.",
        "Este curso no tiene una clave secreta propia, así que sus preguntas salen del conjunto público.",
    ),
}
