import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { unexpected, type VaultClient } from './vault-client.js';

const lookEveryMs = 30_000;

/**
 * Keeps the token of a Vault alive: it is renewed once half of its time is over. One that cannot be renewed, or not any more,
 * is told of while it still works.
 */
@Injectable()
export class TokenRenewal implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private leftSeconds: number | undefined;

  constructor(
    private readonly vault: VaultClient,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.looks = new KickedLoop(
      () => this.look(),
      (error) => logger.error({ err: error }, 'the token of Vault is not renewed'),
    );
    const left = (): number | undefined => this.leftSeconds;
    metrics.gauge({
      name: 'retention_vault_token_seconds',
      help: 'For how long Vault takes the token that there is; +Inf for ever. An alert below 300',
      collect() {
        const seconds = left();
        if (seconds !== undefined) this.set(seconds);
      },
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.looks.kick(), lookEveryMs);
    void this.looks.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async look(): Promise<void> {
    const { status, body } = await this.vault.ask('GET', 'auth/token/lookup-self');
    if (status === 403) this.leftSeconds = 0;
    if (status !== 200) throw unexpected('look up its token', status);
    const { ttl, creation_ttl: creation, period, renewable } = body.data ?? {};
    const left = secondsOf(ttl);
    const whole = Math.max(secondsOf(creation), secondsOf(period));
    // Of a token that never ends Vault says 0; of one that has ended it says nothing.
    this.leftSeconds = left === 0 ? Infinity : left;
    if (renewable !== true || left === 0 || left > whole / 2) return;
    const renewed = await this.vault.ask('POST', 'auth/token/renew-self', {});
    if (renewed.status !== 200) throw unexpected('renew its token', renewed.status);
    this.leftSeconds = secondsOf(renewed.body.auth?.lease_duration);
    // Vault gives what is left of its longest life, and says nothing of it.
    if (this.leftSeconds <= left + lookEveryMs / 1_000 && this.leftSeconds < whole / 2)
      this.logger.warn(
        { leftSeconds: this.leftSeconds },
        'the token of Vault cannot be renewed for much longer: give retention another',
      );
  }
}

function secondsOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
