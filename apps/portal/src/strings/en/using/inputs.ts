export const audio = {
  drop: 'Record with the microphone, drop a recording here, or choose a file. It is sent as WAV with one channel and 16 kHz.',
  record: 'Record',
  stop: 'Stop recording',
  recording: 'Recording',
  choose: 'Choose a recording',
  play: 'Play',
  stopPlaying: 'Stop',
  waveform: (time: string) => `The waveform of the recording that will be sent, ${time} long`,
  refused: 'The browser does not let this page use the microphone. Allow it in the address bar, or choose a file.',
  missing: 'This browser records on secure pages (https) alone. Choose a file instead.',
  unreadable: 'This browser cannot read that as a recording.',
  tooLong: (minutes: number) => `That is too long: at most ${minutes} minutes.`,
};

export const series = {
  label: 'Numbers, the oldest first',
  hint: 'One a line or apart by commas; or paste a table (CSV) and choose its column.',
  choose: 'Choose a CSV file',
  column: 'Column',
  unread: 'There is no column of numbers in this.',
  tooLarge: 'The file is larger than 8 MB.',
  line: (count: string) => `The ${count} numbers as a line`,
  count: (count: string) => `${count} numbers`,
};

export const chat = {
  mode: 'What is sent',
  modes: { chat: 'Chat', prompt: 'Text to go on with' },
  conversation: 'Conversation so far',
  roles: { system: 'System', user: 'You', assistant: 'Model' },
  message: 'Your message',
  startOver: 'Start over',
  system: 'Instructions',
  systemHint: 'Stands before the conversation, for models that were trained to follow such.',
  prompt: 'Text to go on with',
  settings: 'Settings',
  settingNames: { maxTokens: 'Tokens at most', temperature: 'Temperature', topP: 'Top P', seed: 'Seed', stop: 'Stop texts', jsonSchema: 'JSON Schema of the answer' },
  stopHint: 'One a line. The answer ends before the first of them.',
  schemaHint: 'Holds the answer to it, where the model can.',
  schemaUnread: 'This is not a JSON object.',
};
