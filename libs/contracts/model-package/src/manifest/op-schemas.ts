import type { JsonSchema } from '@steelyard/tasks';

const fieldName = { type: 'string', minLength: 1, maxLength: 128 };
const pixelsInput = { ...fieldName, description: 'The field that `decode` turned into pixels.' };
const tensorName = { ...fieldName, description: "The name of the model's tensor." };
const sentImage = { ...fieldName, description: 'The field of the image that an earlier op decoded.' };
const sentText = { ...fieldName, description: 'The field of the input that holds the text; it is taken out.' };
const artifactPath = { type: 'string', minLength: 1, maxLength: 512 };
const lengthMax = { type: 'integer', minimum: 1, maximum: 16_384 };
const cutPart = {
  enum: ['none', 'end', 'start', 'middle'],
  default: 'none',
  description: 'What is cut of a text with more than maxLength: its end, its start or its middle; none: it is refused.',
};
const share = { type: 'number', minimum: 0, maximum: 1 };
const labelList = { type: 'array', minItems: 1, maxItems: 100_000, items: { type: 'string', minLength: 1, maxLength: 256 } };
const keypointList = { type: 'array', minItems: 1, maxItems: 256, items: { type: 'string', minLength: 1, maxLength: 128 } };
const sizePixels = { type: 'integer', minimum: 1, maximum: 8192 };
const sentAudio = { ...fieldName, description: 'The field of the recording that an earlier op read.' };
const seconds = { type: 'number', minimum: 0, maximum: 60 };
const perChannel = { type: 'array', minItems: 1, maxItems: 4 };

/** A closed object with a constant `op`: a key that is not listed is refused. */
function op(name: string, description: string, required: readonly string[], properties: Record<string, unknown>): JsonSchema {
  return { type: 'object', description, additionalProperties: false, required: ['op', ...required], properties: { op: { const: name }, ...properties } };
}

function oneOfOps(description: string, ops: readonly JsonSchema[]): JsonSchema {
  return {
    type: 'array',
    description,
    maxItems: 32,
    default: [],
    items: { type: 'object', required: ['op'], discriminator: { propertyName: 'op' }, oneOf: ops },
  };
}

export const preOpsSchema = oneOfOps('What is done to the input before the model, in order.', [
  op('decode', 'Encoded image bytes to pixels (uint8, HWC). EXIF orientation is applied, alpha is flattened on white.', ['input'], {
    input: { ...fieldName, description: 'The media field of the input.' },
    color: { enum: ['gray', 'rgb'], default: 'rgb' },
  }),
  op('resize', 'Pixels to another size.', ['input', 'width', 'height'], {
    input: pixelsInput,
    width: sizePixels,
    height: sizePixels,
    fit: { enum: ['fill', 'contain', 'cover'], default: 'contain' },
    background: { default: 'auto', anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 0, maximum: 255 }], description: 'What `contain` fills the rest with: a grey value, or `auto` for the colour of the border.' },
  }),
  op('invert', 'Pixels to 255 minus pixels; `auto` only where the border is lighter than the middle of the scale.', ['input'], {
    input: pixelsInput,
    when: { enum: ['always', 'auto'], default: 'auto' },
  }),
  op('normalize', 'Pixels to a float32 tensor: (pixel / scale - mean) / std, without a batch dimension.', ['input', 'tensor'], {
    input: pixelsInput,
    tensor: tensorName,
    layout: { enum: ['CHW', 'HWC'], default: 'CHW' },
    scale: { type: 'number', exclusiveMinimum: 0, default: 255 },
    mean: { ...perChannel, items: { type: 'number' }, default: [0], description: 'One number, or one for each channel.' },
    std: { ...perChannel, items: { type: 'number', exclusiveMinimum: 0 }, default: [1], description: 'One number, or one for each channel.' },
  }),
  op('pixels', 'Pixels to a uint8 tensor [H, W, C], as they are: for a model that takes images of any size.', ['input', 'tensor'], {
    input: pixelsInput,
    tensor: tensorName,
  }),
  op('columns', 'Numeric fields to a float32 tensor [n], without a batch dimension.', ['columns', 'tensor'], {
    columns: { type: 'array', minItems: 1, maxItems: 4096, items: fieldName, description: 'Fields of the input, in the order that the model wants.' },
    tensor: tensorName,
  }),
  op('audio', 'A WAV to a float32 tensor [n] of one channel, -1 to 1, at one rate, without a batch dimension.', ['input', 'tensor'], {
    input: { ...fieldName, description: 'The media field of the input.' },
    tensor: tensorName,
    rate: { type: 'integer', minimum: 4_000, maximum: 192_000, default: 16_000, description: 'Samples a second that the model wants; recordings of any rate are brought to it.' },
    secondsMax: { type: 'number', exclusiveMinimum: 0, maximum: 600, default: 60, description: 'Longer recordings are refused.' },
    seconds: { type: 'number', exclusiveMinimum: 0, maximum: 600, description: 'Every recording gets this length: its loudest part, or it lies in the middle of silence.' },
    frame: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'Samples of a frame; the tensor is then [frames, frame], with silence in what the last one lacks.' },
  }),
  op('series', 'The last numbers of a list to a float32 tensor [length], the oldest first, without a batch dimension.', ['input', 'tensor', 'length'], {
    input: { ...fieldName, description: 'The field with the list of numbers.' },
    tensor: tensorName,
    length: { type: 'integer', minimum: 1, maximum: 100_000, description: 'How many numbers the model takes; a shorter list is refused.' },
  }),
  op('words', 'A text to the ids of its words: an int64 tensor [maxLength], filled up with 0, without a batch dimension.', ['input', 'vocabulary', 'tensor', 'maxLength'], {
    input: sentText,
    vocabulary: { ...artifactPath, description: 'An artifact with one word a line: the first has the id 2. 0 is padding, 1 any other word.' },
    tensor: tensorName,
    maxLength: { ...lengthMax, description: 'How many words go to the model.' },
    lowercase: { type: 'boolean', default: true, description: 'Whether the text is put in lower case first, as the vocabulary is.' },
    cut: cutPart,
  }),
  op('sentencepiece', 'A text to the ids of its pieces by a SentencePiece unigram model: a tensor [pieces], without a batch dimension.', ['input', 'vocabulary', 'tensor', 'maxLength'], {
    input: sentText,
    vocabulary: { ...artifactPath, description: 'An artifact with a JSON list of [piece, log probability]; the place in the list is the id, and null instead of a probability means that no text gets it.' },
    tensor: tensorName,
    indices: { ...fieldName, description: 'A second tensor [pieces, 2] with a row (0, place) for each piece, for models that take a sparse matrix.' },
    dtype: { enum: ['int32', 'int64'], default: 'int64', description: 'The type of both tensors.' },
    reserved: { type: 'integer', minimum: 1, maximum: 1024, default: 3, description: 'So many entries at the beginning are control pieces that no text contains; the first, 0, stands for what is unknown.' },
    maxLength: { ...lengthMax, description: 'How many pieces go to the model at most.' },
    cut: cutPart,
  }),
]);

export const postOpsSchema = oneOfOps("What is done to the model's output tensors, in order.", [
  op('softmax', 'Numbers to probabilities over the last axis, in place.', ['tensor'], { tensor: tensorName }),
  op('labels', 'A tensor of probabilities to the fields `label`, `score` and `scores`.', ['tensor', 'labels'], {
    tensor: tensorName,
    labels: { ...labelList, description: "The labels, in the tensor's order." },
  }),
  op('detections', 'A tensor [N, 6 + 2K] of boxes (x0, y0, x1, y1, score, class, then x and y of K keypoints) to the fields `objects`, `width` and `height`, in pixels of the image that was sent.', ['tensor', 'input', 'labels'], {
    tensor: tensorName,
    input: sentImage,
    labels: { ...labelList, description: 'The labels, in the order of the classes.' },
    coordinates: { enum: ['pixels', 'normalized'], default: 'pixels', description: 'Whether the model gives pixels of what it sees, or shares of its width and height.' },
    scoreThreshold: { ...share, default: 0.3, description: 'Boxes with a lower score are left out.' },
    iouThreshold: { ...share, default: 0.5, description: 'Of boxes with one label whose intersection over union is larger, the best stays.' },
    maxCount: { type: 'integer', minimum: 1, maximum: 10_000, default: 100, description: 'How many objects are given at most.' },
    keypoints: { ...keypointList, description: 'The names of the places that follow each box as x and y, in their order: the eyes of a face, say.' },
  }),
  op('mask', 'A tensor [H, W] or [H, W, 1] of probabilities to the fields `mask`, a grey PNG in the size of the image that was sent, and `coverage`.', ['tensor', 'input'], {
    tensor: tensorName,
    input: sentImage,
    edges: { enum: ['soft', 'hard'], default: 'soft', description: 'soft: the probability as a grey value; hard: white from the threshold on, black below.' },
    threshold: { ...share, default: 0.5, description: 'From which probability on a pixel is covered.' },
  }),
  op('segments', 'A tensor of probabilities, one for each step of time, to the fields `segments`, `speechSeconds` and `durationSeconds`.', ['tensor', 'input', 'stepSeconds'], {
    tensor: tensorName,
    input: sentAudio,
    stepSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 60, description: 'How long a step is.' },
    threshold: { ...share, default: 0.5, description: 'At which probability a segment begins.' },
    thresholdEnd: { ...share, default: 0.35, description: 'Below which probability it may end.' },
    speechSecondsMin: { ...seconds, default: 0.25, description: 'Shorter segments are left out.' },
    silenceSecondsMin: { ...seconds, default: 0.1, description: 'Shorter pauses do not end a segment.' },
    padSeconds: { ...seconds, default: 0.03, description: 'By how much each segment is widened at both ends.' },
  }),
  op('numbers', 'A tensor to a field with a plain list of its numbers.', ['tensor', 'field'], {
    tensor: tensorName,
    field: { ...fieldName, description: 'The field of the output.' },
  }),
]);
