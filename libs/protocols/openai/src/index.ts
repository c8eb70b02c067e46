export { createOpenAiDoor, type OpenAiOptions } from './openai-door.js';
