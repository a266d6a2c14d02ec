import { Injectable } from '@nestjs/common';
import { compareSize, type PlanKey, type PlanVersion } from './plan.js';
import { PlanVersionsRepository } from './plan-versions.repository.js';

/**
 * The versions of all plans. They never change, so what was read once is kept; one that is not known came with a
 * migration of a newer replica and is read then.
 */
@Injectable()
export class PlanVersions {
  private known = new Map<string, PlanVersion>();

  constructor(private readonly repository: PlanVersionsRepository) {}

  /** The version that an account has; undefined for one without a plan. */
  async of({ plan, planVersion }: PlanKey): Promise<PlanVersion | undefined> {
    if (plan === '' || planVersion === null) return undefined;
    const name = `${plan} ${planVersion}`;
    if (!this.known.has(name)) await this.read();
    const found = this.known.get(name);
    if (found === undefined) throw new Error(`there is no version ${planVersion} of ${plan}`);
    return found;
  }

  /** The version of each plan that is in force, the smallest plan first. */
  async inForce(now: Date): Promise<PlanVersion[]> {
    await this.read();
    const latest = new Map<string, PlanVersion>();
    for (const plan of this.known.values()) {
      if (plan.effectiveFrom > now || plan.version < (latest.get(plan.name)?.version ?? 0))
        continue;
      latest.set(plan.name, plan);
    }
    return [...latest.values()].sort(compareSize);
  }

  /** The version of a plan that is in force; undefined for none (`''`). */
  async named(name: string, now: Date): Promise<PlanVersion | undefined> {
    if (name === '') return undefined;
    const plan = (await this.inForce(now)).find((version) => version.name === name);
    if (plan === undefined) throw new Error(`no version of ${name} is in force`);
    return plan;
  }

  private async read(): Promise<void> {
    const versions = await this.repository.all();
    this.known = new Map(versions.map((plan) => [`${plan.name} ${plan.version}`, plan]));
  }
}
