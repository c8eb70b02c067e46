/** Who wants to know when a key changes: what runs for long, and was begun with it. */
export class KeyWatches {
  readonly #byKey = new Map<string, Set<() => void>>();

  /** Gives what ends the watch. */
  add(keyId: string, changed: () => void): () => void {
    const watching = this.#byKey.get(keyId) ?? new Set();
    this.#byKey.set(keyId, watching.add(changed));
    return () => {
      watching.delete(changed);
      if (watching.size === 0 && this.#byKey.get(keyId) === watching) this.#byKey.delete(keyId);
    };
  }

  changed(keyId: string): void {
    for (const changed of [...(this.#byKey.get(keyId) ?? [])]) changed();
  }

  /** Called when changes may have gone unheard. */
  allChanged(): void {
    for (const keyId of [...this.#byKey.keys()]) this.changed(keyId);
  }
}
