import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { recordingBounds } from './bounds.js';
import { ErasedRequestsRepository } from './erased-requests.repository.js';
import { RecordingRepository } from './recording.repository.js';

/** Takes a person out of the requests that are recorded, a bounded part at a time. */
@Injectable()
export class ErasedRequestsService {
  constructor(
    private readonly database: Database,
    private readonly erasures: Erasures,
    private readonly recording: RecordingRepository,
    private readonly requests: ErasedRequestsRepository,
  ) {}

  /** `teamAccounts`: those whose teams the person has used. */
  async erase(person: ErasedPerson, teamAccounts: readonly string[]): Promise<void> {
    const { userId, accountId, pseudonym } = person;
    await this.awaitRecordings();
    const most = recordingBounds.recordsErasedAtOnce;
    await this.inParts(person, 'requests', (tx) => this.requests.strip(tx, accountId, most));
    for (const teamAccount of teamAccounts) {
      const those = { accountId: teamAccount, userId };
      await this.inParts(person, 'team_requests', (tx) =>
        this.requests.standIn(tx, those, pseudonym, most),
      );
    }
    await this.database.transaction(async (tx) => {
      const stripped = await this.requests.stripQuarantined(tx, userId);
      await this.erasures.count(tx, person, { quarantined_records: stripped });
    });
  }

  /** Recording that began before it was known that they are erased has ended; what begins later knows it. */
  private async awaitRecordings(): Promise<void> {
    await this.database.transaction((tx) => this.recording.lockHead(tx));
  }

  private async inParts(
    person: ErasedPerson,
    kind: string,
    part: (tx: Tx) => Promise<number>,
  ): Promise<void> {
    for (let touched = 1; touched > 0;) {
      touched = await this.database.transaction(async (tx) => {
        const rows = await part(tx);
        if (rows > 0) await this.erasures.count(tx, person, { [kind]: rows });
        return rows;
      });
    }
  }
}
