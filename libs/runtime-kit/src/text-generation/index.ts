export { readGenerationRequest } from './read-request.js';
export type { GenerationRequest, Message } from './read-request.js';
export { renderMessages } from './render-messages.js';
export { TextStream } from './text-stream.js';
export type { Detokenize } from './text-stream.js';
