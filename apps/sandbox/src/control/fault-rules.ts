import { Injectable } from '@nestjs/common';
import { type FaultRule, type FaultTarget, matches } from './fault-rule.js';

/** The faults in force, in order. */
@Injectable()
export class FaultRules {
  private rules: FaultRule[] = [];
  private replaced = newSignal();

  replace(rules: FaultRule[]): void {
    this.rules = rules.map((rule) => ({ ...rule }));
    this.replaced.give();
    this.replaced = newSignal();
  }

  /** Resolves when the rules in force are replaced. */
  untilReplaced(): Promise<void> {
    return this.replaced.given;
  }

  /** The rules with what is left of their counts. */
  list(): FaultRule[] {
    return this.rules;
  }

  /** The first rule that matches; one use of it is spent. */
  take(target: FaultTarget): FaultRule | undefined {
    const rule = this.rules.find((candidate) => matches(candidate, target));
    if (rule?.count !== undefined) {
      rule.count -= 1;
      if (rule.count === 0) this.rules = this.rules.filter((candidate) => candidate !== rule);
    }
    return rule;
  }
}

function newSignal(): { given: Promise<void>; give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}
