import { Journal, type JournalOptions } from '../journal.js';

/** Journals of one test. One that a test abandons, as a crash does, keeps its files open until the end. */
export class Journals {
  private readonly all: Journal[] = [];

  constructor(private readonly options: JournalOptions) {}

  async create(root: string, epoch: string, over: Partial<JournalOptions> = {}): Promise<Journal> {
    return this.kept(await Journal.create(root, epoch, { ...this.options, ...over }));
  }

  async recover(dir: string, epoch: string): Promise<{ journal: Journal; damaged: number }> {
    const recovered = await Journal.recover(dir, epoch, this.options);
    if (!recovered) throw new Error('nothing in the journal is needed');
    return { journal: this.kept(recovered.journal), damaged: recovered.damaged };
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.splice(0).map((journal) => journal.stop()));
  }

  private kept(journal: Journal): Journal {
    this.all.push(journal);
    return journal;
  }
}
