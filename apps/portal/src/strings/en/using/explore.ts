interface TaskText {
  readonly title: string;
  readonly line: string;
}

export const tasks = {
  title: 'What models can do',
  description: 'Every task that has a model here. Choose one to see its models.',
  none: 'No task has a model yet',
  count: (count: number, text: string) => (count === 1 ? '1 model' : `${text} models`),
  compare: 'Compare',
  compareThose: (task: string) => `Compare models: ${task}`,
  /** By the name that a manifest gives. */
  texts: {
    'image-classification': { title: 'Image classification', line: 'Say what an image shows.' },
    'object-detection': { title: 'Object detection', line: 'Find things in an image, each with a box around it.' },
    'image-segmentation': { title: 'Image segmentation', line: 'Cut something out of an image, to the pixel.' },
    ocr: { title: 'Text recognition (OCR)', line: 'Read the text in an image.' },
    'text-classification': { title: 'Text classification', line: 'Put a text into one of several classes, its mood for one.' },
    'token-classification': { title: 'Token classification', line: 'Mark names, places and the like in a text.' },
    'text-embedding': { title: 'Text embedding', line: 'Turn a text into a vector, to search and compare by meaning.' },
    'text-generation': { title: 'Text generation', line: 'Answer in words, or go on with a text.' },
    'audio-classification': { title: 'Audio classification', line: 'Say what is heard in a recording.' },
    'voice-activity-detection': { title: 'Voice activity detection', line: 'Find where somebody speaks in a recording.' },
    'tabular-classification': { title: 'Tabular classification', line: 'Decide by the numbers and words of a table’s row.' },
    'time-series-forecasting': { title: 'Time series forecasting', line: 'Say what comes next after a row of measurements.' },
    custom: { title: 'Other', line: 'Models with inputs and outputs of their own.' },
  } as Record<string, TaskText>,
};

export const compare = {
  title: 'Compare models',
  description: 'One input, several models of the same task, their answers side by side. Each answer is a call that is paid.',
  add: 'Add a model',
  addFirst: 'Choose a model',
  choose: 'Choose',
  remove: (ref: string) => `Remove ${ref}`,
  most: (count: number) => `At most ${count} models at a time.`,
  atLeast: 'Add a second model to compare.',
  models: 'Models',
  noOther: 'No other model has this task.',
  missing: (ref: string) => `${ref} does not exist, has no version that is ready, or is private to others.`,
  otherTask: (ref: string, task: string) => `${ref} is for another task (${task}), so it is left out.`,
  with: 'Compare with …',
  those: 'Compare these models',
};
