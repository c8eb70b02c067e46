export interface ServerEvent {
  /** `message` where the server names none. */
  readonly event: string;
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r/g;

/**
 * Server-sent events as the HTML standard has them (section 9.2.6). No more is read than is asked for. Leaving the loop
 * cancels the body.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const event = new EventLines();
  let text = '';
  // Where a line may still end: of a long one, what came before is not looked at again.
  let from = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // An event without the blank line after it does not count.
      if (done) return;
      text += decoder.decode(value, { stream: true });
      let begin = 0;
      LINE_END.lastIndex = from;
      for (let end = LINE_END.exec(text); end; end = LINE_END.exec(text)) {
        // The other half of CR LF may be on its way.
        if (end[0] === '\r' && LINE_END.lastIndex === text.length) break;
        const { lastIndex } = LINE_END;
        const complete = event.take(text.slice(begin, end.index));
        begin = lastIndex;
        if (complete) yield complete;
        // Somebody else's loop may have used the expression meanwhile.
        LINE_END.lastIndex = lastIndex;
      }
      text = text.slice(begin);
      from = text.endsWith('\r') ? text.length - 1 : text.length;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** The lines of one event after the other. */
class EventLines {
  #event = '';
  #data: string[] = [];

  /** Gives the event that the line ends. */
  take(line: string): ServerEvent | undefined {
    if (line === '') return this.#complete();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return undefined;
  }

  #complete(): ServerEvent | undefined {
    const complete = this.#data.length === 0 ? undefined : { event: this.#event || 'message', data: this.#data.join('\n') };
    this.#event = '';
    this.#data = [];
    return complete;
  }
}
