"""What libraries really said where there is no network: (diagnosis, error, text, line), read off by running the lines."""

RESOLVED = "[Errno -3] Temporary failure in name resolution"
URLOPEN = f"<urlopen error {RESOLVED}>"
POOL = (
    "HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded with url: {path} (Caused by "
    f"NameResolutionError(\"HTTPSConnection(host='example.org', port=443): Failed to resolve 'example.org' ({RESOLVED})\"))"
)


def fetched(url: str) -> str:
    return f"URL fetch failure on {url}: None -- {RESOLVED}"


# fmt: off
ERRORS = (
    ("other_data", "Exception", fetched("https://storage.googleapis.com/tensorflow/tf-keras-datasets/train-labels-idx1-ubyte.gz"), "(x, y), _ = fashion_mnist.load_data()"),
    ("other_data", "Exception", fetched("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"), "cifar10.load_data()"),
    ("other_data", "Exception", fetched("https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz"), "keras.datasets.imdb.load_data(num_words=10000)"),
    ("other_data", "Exception", fetched("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz"), "tf.keras.utils.get_file('a.gz', origin=url)"),
    ("other_data", "URLError", URLOPEN, "fetch_openml('Fashion-MNIST', version=1)"),
    ("other_data", "URLError", URLOPEN, "casas = fetch_california_housing()"),
    ("other_data", "URLError", URLOPEN, "urlretrieve('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz', 'f.gz')"),
    ("other_data", "ConnectionError", "tfds cannot download the data set 'cifar10': there is no network", "tfds.load('cifar10')"),
    ("no_weights", "Exception", fetched("https://storage.googleapis.com/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"), "base = VGG16(weights='imagenet')  # cifar10"),
    ("no_weights", "Exception", fetched("https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"), "decode_predictions(p)"),
    ("weights_library", "ModuleNotFoundError", "No module named 'tensorflow_hub'", "import tensorflow_hub as hub"),
    ("weights_library", "ModuleNotFoundError", "No module named 'transformers'", "from transformers import pipeline"),
    ("mnist_library", "ModuleNotFoundError", "No module named 'mnist'", "import mnist"),
    ("mnist_files", "URLError", URLOPEN, "urlretrieve('http://yann.lecun.com/exdb/mnist/train-images-idx3-ubyte.gz', 'a.gz')"),
    ("mnist_files", "Exception", fetched("https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz"), "keras.utils.get_file(name, url)"),
    ("mnist_files", "ConnectionError", POOL.format(path="/exdb/mnist/t10k-labels-idx1-ubyte.gz"), "r = requests.get(base + name)"),
    ("sample_data", "FileNotFoundError", "[Errno 2] No such file or directory: '/content/sample_data/mnist_train_small.csv'", "pd.read_csv(ruta)"),
    ("mnist_files", "FileNotFoundError", "[Errno 2] No such file or directory: 'mnist.pkl.gz'", "f = gzip.open('mnist.pkl.gz', 'rb')"),
    ("mnist_files", "FileNotFoundError", "mnist_test.csv not found.", "np.loadtxt('mnist_test.csv')"),
    ("downloader", "ModuleNotFoundError", "No module named 'kagglehub'", "import kagglehub"),
    ("no_download", "Exception", fetched("https://example.org/a.zip"), "keras.utils.get_file('a.zip', 'https://example.org/a.zip')"),
    ("no_download", "ConnectionError", POOL.format(path="/a.csv"), "requests.get('https://example.org/a.csv')"),
    ("no_download", "MaxRetryError", POOL.format(path="/"), "urllib3.PoolManager().request('GET', 'https://example.org/')"),
    ("no_download", "URLError", URLOPEN, "pd.read_csv('https://example.org/a.csv')"),
    ("no_download", "gaierror", RESOLVED, "socket.create_connection(('example.org', 80))"),
    ("no_download", "ConnectionError", "HTTPConnectionPool(host='93.184.216.34', port=80): Max retries exceeded with url: / (Caused by NewConnectionError(\"HTTPConnection(host='93.184.216.34', port=80): Failed to establish a new connection: [Errno 101] Network is unreachable\"))", "requests.get('http://93.184.216.34/', timeout=5)"),
    ("no_download", "FailedPreconditionError", "Error executing an HTTP request: libcurl code 6 meaning 'Could not resolve hostname', error details: Could not resolve host: www.googleapis.com\n\t when reading metadata of gs://bucket/a.csv", "tf.io.gfile.GFile('gs://bucket/a.csv').read()"),
    ("no_download", "FileNotFoundError", "https://example.org/a.csv not found.", "np.loadtxt('https://example.org/a.csv')"),
    ("no_download", "FileNotFoundError", "[Errno 2] No such file or directory: 'https://example.org/a.txt'", "open('https://example.org/a.txt')"),
    ("no_download", "CalledProcessError", "Command '['git', 'clone', 'https://github.com/x/y']' returned non-zero exit status 128.", "subprocess.run(orden, check=True)"),
    ("no_download", "ValueError", "Please open the URL for reading and pass the result to Pillow, e.g. with ``np.array(PIL.Image.open(urllib.request.urlopen(url)))``.", "plt.imread('https://example.org/a.png')"),
    ("no_file", "FileNotFoundError", "notas.csv not found.", "np.genfromtxt('notas.csv')"),
)
