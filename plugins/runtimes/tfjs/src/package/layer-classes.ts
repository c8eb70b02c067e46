/** What layers models may be made of: all that `@tensorflow/tfjs-layers` has, but for optimizers, which only training needs. */
export const LAYER_CLASSES: ReadonlySet<string> = new Set(
  `
  Activation Add AlphaDropout Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization
  Bidirectional CategoryEncoding CenterCrop Concatenate Constant Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose
  ConvLSTM2D ConvLSTM2DCell Cropping2D Dense DepthwiseConv2D Dot Dropout ELU Embedding Flatten Functional GRU GRUCell
  GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D
  GlorotNormal GlorotUniform HeNormal HeUniform Identity InputLayer L1L2 LSTM LSTMCell LayerNormalization LeCunNormal
  LeCunUniform LeakyReLU Masking MaxNorm MaxPooling1D MaxPooling2D MaxPooling3D Maximum MinMaxNorm Minimum Model
  Multiply NonNeg Ones Orthogonal PReLU Permute RNN RandomNormal RandomUniform RandomWidth ReLU RepeatVector Rescaling
  Reshape Resizing SeparableConv2D Sequential SimpleRNN SimpleRNNCell Softmax SpatialDropout1D StackedRNNCells
  ThresholdedReLU TimeDistributed TruncatedNormal UnitNorm UpSampling2D VarianceScaling ZeroPadding2D Zeros elu gelu
  gelu_new hardSigmoid linear logSoftmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh
`.split(/\s+/).filter(Boolean),
);
