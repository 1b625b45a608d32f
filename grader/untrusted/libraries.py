"""Libraries that notebooks import and that may not be installed here: by the name that is imported.

Every row changes what runs (``evidence.preparing.passed_over``, ``child.recorder.stand_ins``), so this file is part of
the key of a run.
"""

from __future__ import annotations

# They only show or log: where one is missing, a stand-in that does nothing takes its place while the notebook runs.
SHOWS = frozenset(
    """
    aim altair ann_visualizer bokeh clearml colorama comet_ml dtreeviz emoji folium graphviz humanize
    icecream ipywidgets itables jupyterthemes keras_visualizer lab_black livelossplot missingno mlflow nb_black neptune
    nest_asyncio netron playsound plot_keras_history plotly prettytable pretty_confusion_matrix pyfiglet
    scikitplot seaborn tabulate tensorboard tensorboardX termcolor termgraph torchview torchviz tqdm visualkeras wandb
    watermark wordcloud yellowbrick
    """.split()
)
# What they give is a value of its own: their import is passed over, and so are lines that nothing else rests on.
COMPUTES = frozenset(
    """
    PIL albumentations catboost cv2 dask eli5 emnist gradio hyperopt idx2numpy imageio imblearn imgaug imutils joblib
    kaggle lightgbm lime mlxtend mnist moviepy nltk numba opendatasets openpyxl optuna pandas polars pydot pydotplus
    python_mnist ray requests scipy shap skimage sklearn skopt spacy statsmodels streamlit sympy tf_keras_vis umap
    xgboost yaml
    """.split()
)
# A network may come out of them, which must not be missing in silence: only their import is passed over.
MAKES_MODELS = frozenset(
    """
    autokeras fastai flax hyperas jax keras_applications keras_contrib keras_cv keras_hub keras_nlp keras_preprocessing
    keras_tuner kerastuner pytorch_lightning scikeras talos tensorflow_addons tensorflow_hub
    tensorflow_model_optimization tensorflow_probability tf_keras tflearn theano timm torch torchaudio torchmetrics
    torchsummary torchvision transformers
    """.split()
)
TORCH = frozenset({"torch", "torchvision", "torchaudio", "torchmetrics", "torchsummary", "pytorch_lightning", "fastai"})
# The data of an exercise may be had from these: their import is left as it stands.
GIVES_DATA = frozenset({"tensorflow_datasets", "datasets", "keras_datasets", "extra_keras_datasets", "deeplake"})
KNOWN = SHOWS | COMPUTES | MAKES_MODELS | GIVES_DATA
