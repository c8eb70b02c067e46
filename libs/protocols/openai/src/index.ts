export { createOpenAiDoor } from './openai-door.js';
export type { OpenAiOptions } from './options.js';
