import { describe, expect, it } from '@jest/globals';
import { faultRulesSchema, type FaultTarget } from './fault-rule.js';
import { FaultRules } from './fault-rules.js';

const target: FaultTarget = {
  provider: 'selfhosted',
  region: 'us-east',
  modelNames: ['zai-org/GLM-5', 'glm-5'],
  path: '/selfhosted/us-east/v1/chat/completions',
};

describe('FaultRules', () => {
  it('takes the first rule that matches', () => {
    const rules = new FaultRules();
    rules.replace([
      { region: 'eu-west', latencyMs: 1 },
      { model: 'glm-5', latencyMs: 2 },
      { latencyMs: 3 },
    ]);
    expect(rules.take(target)?.latencyMs).toBe(2);
    expect(rules.take({ ...target, modelNames: [] })?.latencyMs).toBe(3);
    expect(rules.take({ ...target, region: 'eu-west' })?.latencyMs).toBe(1);
  });

  it('spends a rule with a count on so many requests, then falls to the next', () => {
    const rules = new FaultRules();
    rules.replace([
      { hang: true, count: 2 },
      { path: '/chat/completions', latencyMs: 5 },
    ]);
    expect(rules.take(target)?.hang).toBe(true);
    expect(rules.take(target)?.hang).toBe(true);
    expect(rules.take(target)).toEqual({ path: '/chat/completions', latencyMs: 5 });
    expect(rules.take({ ...target, path: '/health' })).toBeUndefined();
  });

  it('accepts one rule or a list and refuses what it does not know', () => {
    expect(faultRulesSchema.parse({ latencyMs: 5 })).toEqual([{ latencyMs: 5 }]);
    expect(faultRulesSchema.safeParse([{ latency: 5 }]).success).toBe(false);
    expect(faultRulesSchema.safeParse([{ region: 'mars' }]).success).toBe(false);
    expect(faultRulesSchema.safeParse([{ latencyMs: -1 }]).success).toBe(false);
  });
});
