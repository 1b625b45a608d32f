#!/usr/bin/env python
# coding: utf-8

# # Práctica

# In[1]:

get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().system('pip install tensorflow')
from tensorflow import keras
import numpy as np
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train / 255.0
x_test = x_test / 255.0

# In[ ]:


model = keras.Sequential([
    keras.Input((28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(64, activation='relu'),
    keras.layers.Dense(10, activation='softmax')])

# In[ ]:


model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])

# In[ ]:


history = model.fit(x_train, y_train, epochs=1, batch_size=64, verbose=0)

# In[ ]:


loss, acc = model.evaluate(x_test, y_test, verbose=0)
print('accuracy', acc)

# In[ ]:


answers = {'params': 50890}