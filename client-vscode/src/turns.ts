/** One start at a time, though one may never end: a later one lets it go, and those that wait for their turn are one. */

export class Turns {
  private turn = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private current = new AbortController();
  private isOver = false;

  /** `begin` ends soon after its signal says that nobody waits for it any more, and never throws. */
  constructor(private readonly begin: (letGo: AbortSignal) => Promise<void>) {}

  async next(): Promise<void> {
    this.letGo();
    this.waiting ??= this.turn.then(() => {
      this.waiting = undefined;
      if (this.isOver) {
        return undefined;
      }
      this.current = new AbortController();
      return this.begin(this.current.signal);
    });
    this.turn = this.waiting;
    return this.waiting;
  }

  /** Wait no longer for what is being started, and start nothing any more. */
  end(): void {
    this.isOver = true;
    this.letGo();
  }

  private letGo(): void {
    this.current.abort();
  }
}

/** What is promised, unless nobody waits for it any more before. Throws the signal's reason then. */
export async function unless<T>(letGo: AbortSignal, promised: Promise<T>): Promise<T> {
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (): void => {
      reject(letGo.reason as Error);
    };
    if (letGo.aborted) {
      end();
    }
    letGo.addEventListener("abort", end, { once: true });
  });
  return Promise.race([promised, ended]);
}
