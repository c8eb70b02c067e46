/** Who wants to know when a key, or what a person may do, changes: what runs for long, and was begun by them. Both go by their `actorId`. */
export class KeyWatches {
  readonly #byActor = new Map<string, Set<() => void>>();

  /** Gives what ends the watch. */
  add(actorId: string, changed: () => void): () => void {
    const watching = this.#byActor.get(actorId) ?? new Set();
    this.#byActor.set(actorId, watching.add(changed));
    return () => {
      watching.delete(changed);
      if (watching.size === 0 && this.#byActor.get(actorId) === watching) this.#byActor.delete(actorId);
    };
  }

  changed(actorId: string): void {
    for (const changed of [...(this.#byActor.get(actorId) ?? [])]) changed();
  }

  /** Called when changes may have gone unheard. */
  allChanged(): void {
    for (const actorId of [...this.#byActor.keys()]) this.changed(actorId);
  }
}
