import type { Generation } from '@steelyard/tasks';

/** What all chunks and the answer of one request have in common. */
export interface GenerationFacts {
  readonly id: string;
  /** In seconds. */
  readonly created: number;
  /** As it was asked for. */
  readonly model: string;
}

/** The two addresses differ in how they write the same. */
export interface GenerationForm {
  readonly idPrefix: string;
  answer(facts: GenerationFacts, generation: Generation): object;
  /** The first chunk, before any text. */
  readonly opening: ((facts: GenerationFacts) => object) | undefined;
  chunk(facts: GenerationFacts, text: string): object;
  closing(facts: GenerationFacts, finishReason: Generation['finishReason']): object;
  usage(facts: GenerationFacts, usage: Generation['usage']): object;
}

const usageOf = ({ inputTokens, outputTokens }: Generation['usage']) => ({ prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens });

const chatChunk = (facts: GenerationFacts, delta: object, finishReason: string | null = null) => ({
  ...facts,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
});

export const chatForm: GenerationForm = {
  idPrefix: 'chatcmpl-',
  answer: (facts, { text, finishReason, usage }) => ({
    ...facts,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: finishReason }],
    usage: usageOf(usage),
  }),
  opening: (facts) => chatChunk(facts, { role: 'assistant', content: '' }),
  chunk: (facts, text) => chatChunk(facts, { content: text }),
  closing: (facts, finishReason) => chatChunk(facts, {}, finishReason),
  usage: (facts, usage) => ({ ...facts, object: 'chat.completion.chunk', choices: [], usage: usageOf(usage) }),
};

const completionOf = (facts: GenerationFacts, text: string, finishReason: string | null) => ({
  ...facts,
  object: 'text_completion',
  choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
});

export const completionForm: GenerationForm = {
  idPrefix: 'cmpl-',
  answer: (facts, { text, finishReason, usage }) => ({ ...completionOf(facts, text, finishReason), usage: usageOf(usage) }),
  opening: undefined,
  chunk: (facts, text) => completionOf(facts, text, null),
  closing: (facts, finishReason) => completionOf(facts, '', finishReason),
  usage: (facts, usage) => ({ ...facts, object: 'text_completion', choices: [], usage: usageOf(usage) }),
};
