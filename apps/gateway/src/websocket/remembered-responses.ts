/** The last response of a lane: what a turn that continues it starts from. */
export interface RememberedResponse {
  id: string;
  /** Its input and output items as JSON, without the brackets around them. */
  items: Buffer;
}

/** All that connections remember, in memory alone and bounded together: the oldest goes first. */
export class RememberedResponses {
  private readonly kept = new Set<RememberedResponse>();
  private bytes = 0;

  constructor(private readonly most: { each: number; inAll: number }) {}

  /** False where it is too large to be kept. */
  keep(response: RememberedResponse): boolean {
    if (response.items.length > this.most.each) return false;
    this.kept.add(response);
    this.bytes += response.items.length;
    for (const oldest of this.kept) {
      if (this.bytes <= this.most.inAll) break;
      this.forget(oldest);
    }
    return true;
  }

  has(response: RememberedResponse): boolean {
    return this.kept.has(response);
  }

  forget(response: RememberedResponse): void {
    if (this.kept.delete(response)) this.bytes -= response.items.length;
  }
}
