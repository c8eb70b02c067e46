const NAME = /^[_A-Za-z]\w*$/;

/** Whether a text may stand as a name in a schema as it is. */
export function isGraphqlName(text: string): boolean {
  return NAME.test(text) && !text.startsWith('__');
}

/** A name for a text of a provider's, the text itself where it may be one. */
export function toGraphqlName(text: string): string {
  if (isGraphqlName(text)) return text;
  const plain = text.replace(/\W+/g, '_').replace(/^_+/, '_');
  return isGraphqlName(plain) ? plain : `_${plain}`;
}

/** Names of one type's fields or values: no two are the same. */
export class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = wanted.endsWith('_') ? `${wanted}${count}` : `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }
}
