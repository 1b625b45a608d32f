"""What the checks say of experiments, and of saving, loading, drawing and using a model: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # a table of results and the trainings behind it
    "checks.rows": ("{rows:int row|rows}", "{rows:int fila|filas}"),
    "checks.at_least_rows": ("at least {least:int row|rows}", "al menos {least:int fila|filas}"),
    "checks.table_unread": (
        "No row of the table {answer} holds a training and a test accuracy. Build it with `{answer}.append(...)` as the exercise shows.",
        "Ninguna fila de la tabla {answer} contiene una exactitud de entrenamiento y una de prueba. Constrúyela con `{answer}.append(...)`, como muestra el enunciado.",
    ),
    "checks.rows_real": (
        "{rows:|Each of the }{rows:int row|rows} has a training of its own behind it.",
        "Detrás de {rows:|cada una de las }{rows:int fila|filas} hay un entrenamiento propio.",
    ),
    "checks.rows_too_few": (
        "{rows:int row|rows} with a training behind {rows:it|them}; {least:int} {least:was|were} asked for.",
        "Hay {rows:int fila|filas} con un entrenamiento detrás; se {least:pedía|pedían} {least:int}.",
    ),
    "checks.rows_share_runs": (
        "The table has {rows:int row|rows}, but only {runs:int training stands|different trainings stand} behind {rows:it|them}.",
        "La tabla tiene {rows:int fila|filas}, pero detrás solo hay {runs:int entrenamiento|entrenamientos distintos}.",
    ),
    "checks.rows_foreign": (
        "{rows:int} of {all:int} rows ({named:list}){rows: matches| match} no training of this run within {points:num point|points}, perhaps because {rows:it comes|they come} from an earlier session; a person will look at it.",
        "{rows:int} de {all:int} filas ({named:list}) no {rows:coincide|coinciden} con ningún entrenamiento de esta ejecución a menos de {points:num punto|puntos}, quizá porque {rows:viene|vienen} de otra sesión; una persona lo mirará.",
    ),
    "checks.separate": (
        "{networks:int network was|networks were} trained, {networks:from a fresh start|each from its own fresh start}.",
        "Se {networks:entrenó|entrenaron} {networks:int red|redes}, {networks:desde su propio inicio|cada una desde su propio inicio}.",
    ),
    "checks.too_few_trained": (
        "{networks:int network was|networks were} trained; {least:int} {least:was|were} asked for.",
        "Se {networks:entrenó|entrenaron} {networks:int red|redes}; se {least:pedía|pedían} {least:int}.",
    ),
    "checks.trained_on_again": (
        "There {runs:was|were} {runs:int training|trainings} of only {networks:int network|networks}: calling compile or fit again goes on with the weights that are there. Build the network anew for each run.",
        "Hubo {runs:int entrenamiento|entrenamientos} de solo {networks:int red|redes}: volver a llamar a compile o a fit continúa con los pesos que ya hay. Construye la red de nuevo en cada prueba.",
    ),
    # what was changed
    "checks.changed_from": ("{after} instead of {before}", "{after} en lugar de {before}"),
    "checks.fewer_params": (
        "{own:int} parameters instead of {other:int}",
        "{own:int} parámetros en lugar de {other:int}",
    ),
    "checks.fewer_epochs": ("{own:int} epochs instead of {other:int}", "{own:int} épocas en lugar de {other:int}"),
    "checks.more_images": (
        "{own:int} training images instead of {other:int}",
        "{own:int} imágenes de entrenamiento en lugar de {other:int}",
    ),
    "checks.tried": ("Tried: {what:list}.", "Se probó: {what:list}."),
    "checks.tried_with": (
        "Tried: {what:list}, in the run with {accuracy:pct} test accuracy.",
        "Se probó: {what:list}, en la ejecución con {accuracy:pct} de exactitud de prueba.",
    ),
    "checks.tried_among": (
        "Tried: {what:list}; but in the same training this changed too: {others:list}. Which of them made the difference cannot be told, and it counts as one trial only.",
        "Se probó: {what:list}; pero en el mismo entrenamiento cambió también: {others:list}. No se puede saber a cuál se debe la diferencia, y cuenta como una sola prueba.",
    ),
    "checks.tried_spent": (
        "{what:list}: only in a training in which this changed too: {others:list}. It counts as a trial of that already. Train the network you started from once more, and change this alone.",
        "{what:list}: solo en un entrenamiento en el que cambió también: {others:list}. Ya cuenta como prueba de eso. Entrena otra vez la red de partida y cambia solo esto.",
    ),
    "checks.tried_no_remedy": (
        "{runs:|None of the }{runs:int training alone cannot show that it|trainings} has something against overfitting that another one lacks: dropout, a penalty on the weights, early stopping, fewer units, augmentation.",
        "{runs:|Ninguno de los }{runs:int entrenamiento solo no muestra que lleve|entrenamientos lleva} contra el sobreajuste algo que a otro le falte: dropout, penalización de los pesos, parada temprana, menos unidades, aumento de datos.",
    ),
    "checks.tried_no_loss": (
        "{runs:|All }{runs:int training uses one loss|trainings use the same loss}, so there is nothing to compare.",
        "{runs:|Los }{runs:int entrenamiento usa una|entrenamientos usan la misma} función de pérdida, así que no hay nada que comparar.",
    ),
    "checks.tried_no_optimizer": (
        "{runs:|All }{runs:int training uses one optimizer|trainings use the same optimizer}, so there is nothing to compare.",
        "{runs:|Los }{runs:int entrenamiento usa un|entrenamientos usan el mismo} optimizador, así que no hay nada que comparar.",
    ),
    "checks.same_loss": (
        "{after} is {before} for labels in another form: the same function. Try one that measures the error differently.",
        "{after} es {before} para etiquetas escritas de otra forma: la misma función. Prueba una que mida el error de otra manera.",
    ),
    "checks.same_loss_in_effect": (
        "With one label per image, {after} measures the same error as {before}, so the training is the same. Try one that measures the error differently.",
        "Con una etiqueta por imagen, {after} mide el mismo error que {before}, así que el entrenamiento es el mismo. Prueba una que mida el error de otra manera.",
    ),
    "checks.same_optimizer": (
        "Both runs use {optimizer}, only set otherwise ({settings:list}); a different optimizer was asked for.",
        "Las dos ejecuciones usan {optimizer}, solo con otros ajustes ({settings:list}); se pedía otro optimizador.",
    ),
    "checks.remedy_unknown": (
        "The layers of some networks are not known, so it cannot be told what was tried; a person will look at it.",
        "No se conocen las capas de algunas redes, así que no se puede saber qué se probó; una persona lo mirará.",
    ),
    # conclusions
    "checks.gap_went": (
        "with {what:list} the gap went from {before:two} to {after:two} points",
        "con {what:list} la brecha pasó de {before:two} a {after:two} puntos",
    ),
    "checks.accuracy_went": (
        "with {what:list} the test accuracy went from {before:pct} to {after:pct}",
        "con {what:list} la exactitud de prueba pasó de {before:pct} a {after:pct}",
    ),
    "checks.conclusion_right": (
        "Your own numbers agree: {numbers}.",
        "Tus propios números te dan la razón: {numbers}.",
    ),
    "checks.conclusion_wrong": (
        "Your own numbers say otherwise: {numbers}.",
        "Tus propios números dicen otra cosa: {numbers}.",
    ),
    "checks.conclusion_unknown": (
        "The trainings that this conclusion rests on were not seen in this run; a person will look at it.",
        "Los entrenamientos en que se apoya esta conclusión no se vieron en esta ejecución; una persona lo mirará.",
    ),
    # how long, how often
    "checks.trained_so": (
        "The training has the settings that were asked for.",
        "El entrenamiento tiene los ajustes que se pedían.",
    ),
    "checks.trained_otherwise": (
        "The training has other settings: {parts:list}.",
        "El entrenamiento tiene otros ajustes: {parts:list}.",
    ),
    "words.epochs": ("epochs", "épocas"),
    "words.batch_size": ("batch_size", "batch_size"),
    "words.calls_of_fit": ("calls of fit", "llamadas a fit"),
    "checks.setting_is": ("{what:word} = {own}", "{what:word} = {own}"),
    # drawing, saving, loading
    "checks.because": ("{what} That is because {reason}.", "{what} Se debe a que {reason}."),
    "checks.perhaps_because": ("{what} Perhaps because {reason}.", "{what} Quizá porque {reason}."),
    "checks.drawn": (
        "The network was drawn with plot_model (in {cell:cell}).",
        "La red se dibujó con plot_model (en {cell:cell}).",
    ),
    "checks.never_drawn": (
        "No call of plot_model was run. Where graphviz is missing nothing is drawn, but the call counts all the same.",
        "No se ejecutó ninguna llamada a plot_model. Donde falta graphviz no se dibuja nada, pero la llamada cuenta igual.",
    ),
    "checks.saved": ("The trained network was saved as {path}.", "La red entrenada se guardó como {path}."),
    "checks.never_saved": (
        "The network was not saved: no call of model.save succeeded.",
        "La red no se guardó: ninguna llamada a model.save tuvo éxito.",
    ),
    "checks.saved_another": (
        "A network was saved, but not the one that is graded.",
        "Se guardó una red, pero no la que se evalúa.",
    ),
    "checks.saved_too_early": (
        "The network was saved as {path} before it was trained: the file holds the random weights of the start. Save it after fit.",
        "La red se guardó como {path} antes de entrenarla: el archivo contiene los pesos aleatorios del inicio. Guárdala después de fit.",
    ),
    "checks.saved_elsewise": (
        "The trained network was saved as {path}; a file that ends in {suffix} was asked for, which keeps architecture, weights and compile settings together.",
        "La red entrenada se guardó como {path}; se pedía un archivo terminado en {suffix}, que guarda juntos la arquitectura, los pesos y la compilación.",
    ),
    "checks.never_loaded": (
        "The saved network was not loaded back: no call of keras.models.load_model succeeded.",
        "La red guardada no se volvió a cargar: ninguna llamada a keras.models.load_model tuvo éxito.",
    ),
    "checks.loaded_another": (
        "A file was loaded, but not one to which the graded network had been saved.",
        "Se cargó un archivo, pero no uno en el que se hubiera guardado la red que se evalúa.",
    ),
    "checks.loaded_not_used": (
        "The network was loaded back but never evaluated, so it does not show that it is the same.",
        "La red se volvió a cargar, pero no se evaluó: así no se ve que sea la misma.",
    ),
    "checks.loaded_same": (
        "The loaded network reaches the same accuracy as the saved one: {after:pct}.",
        "La red cargada alcanza la misma exactitud que la guardada: {after:pct}.",
    ),
    "checks.loaded_same_weights": (
        "The loaded network has the same layers and weights as the saved one.",
        "La red cargada tiene las mismas capas y pesos que la guardada.",
    ),
    "checks.loaded_differs": (
        "The loaded network differs: {after:pct} instead of {before:pct}. Was it saved before the training, or trained further since?",
        "La red cargada es distinta: {after:pct} en lugar de {before:pct}. ¿Se guardó antes de entrenar, o se entrenó más después?",
    ),
    "checks.loaded_not_comparable": (
        "The saved and the loaded network were not evaluated on the same images; a person will look at it.",
        "La red guardada y la cargada no se evaluaron con las mismas imágenes; una persona lo mirará.",
    ),
    # the layers as a table
    "checks.layers_unread": (
        "The answer {answer} is not a table: one row per layer is expected, (layer, output shape, parameters).",
        "La respuesta {answer} no es una tabla: se espera una fila por capa, (capa, forma de salida, parámetros).",
    ),
    "checks.layers_right": (
        "The table tells the shape and the parameters of {layers:its|all} {layers:int layer|layers}.",
        "La tabla dice la forma y los parámetros de {layers:su|las} {layers:int capa|capas}.",
    ),
    "checks.layers_wrong": (
        "{right:int} of {all:int} shapes and numbers of parameters are right; the first difference is in layer {place:int} ({layer}): in your network it has the shape {shape:shape} and {params:int parameter|parameters}.",
        "Son correctos {right:int} de {all:int} formas y números de parámetros; la primera diferencia está en la capa {place:int} ({layer}): en tu red tiene la forma {shape:shape} y {params:int parámetro|parámetros}.",
    ),
    "checks.layers_number": (
        "The table has {rows:int row|rows}; the network has {layers:int layer|layers}.",
        "La tabla tiene {rows:int fila|filas}; la red tiene {layers:int capa|capas}.",
    ),
    # one image
    "checks.image": (
        "image {index:int}: label {label:int}, the network says {own:int} with {chance:pct}",
        "imagen {index:int}: etiqueta {label:int}, la red dice {own:int} con {chance:pct}",
    ),
    "checks.image_no_index": (
        "The answer needs the index of a test image, from 0 to {last:int}, with true, predicted and confidence.",
        "La respuesta necesita el índice de una imagen de prueba, de 0 a {last:int}, con true, predicted y confidence.",
    ),
    "checks.image_not_asked": (
        "Nothing in the notebook asks a network about test image {index:int}, so class and confidence are not what a network said. Show it that very image: predict(x_test[[{place}]]).",
        "Nada en el cuaderno le pregunta a una red por la imagen de prueba {index:int}, así que la clase y la confianza no son lo que dijo una red. Enséñale esa misma imagen: predict(x_test[[{place}]]).",
    ),
    "checks.image_perhaps_asked": (
        "The network was asked about images that are not recognised as those of the data set, so it cannot be told whether test image {index:int} is among them; a person will look at it.",
        "A la red se le preguntó por imágenes que no se reconocen como del conjunto de datos, así que no se sabe si la imagen de prueba {index:int} está entre ellas; una persona lo mirará.",
    ),
    "checks.image_right": (
        "Test image {index:int}: picture, true label, predicted class and confidence are right.",
        "Imagen de prueba {index:int}: son correctas la imagen, la etiqueta verdadera, la clase predicha y la confianza.",
    ),
    "checks.image_wrong": (
        "Test image {index:int}: {parts:list}.",
        "Imagen de prueba {index:int}: {parts:list}.",
    ),
    "checks.image_true": ("the true label is not that of this image", "la etiqueta verdadera no es la de esta imagen"),
    "checks.image_predicted": (
        "the predicted class is not the one the network gives",
        "la clase predicha no es la que da la red",
    ),
    "checks.image_confidence": (
        "the confidence is not the network's largest probability",
        "la confianza no es la mayor probabilidad de la red",
    ),
    "checks.image_picture": ("its picture was not shown", "no se mostró su imagen"),
}
