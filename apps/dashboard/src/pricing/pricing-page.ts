import type { Plan } from '@modelbridge/contracts/billing.v1';
import type { Model, PriceTier } from '@modelbridge/contracts/routing.v1';
import { formatUsd } from '@modelbridge/contracts';
import { byMaker, contentPolicyOf, type ModelGroup } from '../catalog/model-facts.js';
import { usd, usdPerMillion, whole } from '../site/amounts.js';
import { html, type Html } from '../site/html.js';
import { sitePage } from '../site/layout.js';

const classes: [title: string, of: (tier: PriceTier) => bigint][] = [
  ['Input', (tier) => tier.inputPicoUsd],
  ['Cache read', (tier) => tier.cacheReadPicoUsd],
  ['Cache write, 5 min', (tier) => tier.cacheWrite5mPicoUsd],
  ['Cache write, 1 h', (tier) => tier.cacheWrite1hPicoUsd],
  ['Output', (tier) => tier.outputPicoUsd],
];

/** @param plans undefined while they are not known: the page does without them then */
export function pricingPage(
  models: readonly Model[],
  plans: readonly Plan[] | undefined,
  origin: string,
): string {
  const isAssumed = models.some(({ price }) => price?.assumed === true);
  return sitePage({
    title: 'Pricing',
    description:
      'What each model costs by class of token, what it takes, and what becomes of what you say. Plans by the month.',
    canonical: `${origin}/pricing`,
    section: 'pricing',
    body: html`<div class="wide">
      <h1>Pricing</h1>
      <p class="lead">
        In US dollars for a million tokens. A request is charged at the price that held when it
        began, rounded up once to a billionth of a dollar.
        <a href="/docs/charging">What is charged, by outcome</a>
      </p>
      ${byMaker(models).map(groupTable)}
      <p class="fine">
        A tier is chosen by the whole input of a request, cached tokens included, and applies to all
        of its tokens. Output includes reasoning.
        ${isAssumed && html`<span id="assumed">* OpenAI publishes no price for this model: that of its sibling is charged.</span>`}
      </p>
      ${plans !== undefined && plansOf(plans)}
    </div>`,
  });
}

function groupTable({ title, models }: ModelGroup, at: number): Html {
  const id = `models-${at + 1}`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Model</th>
            ${classes.map(([name]) => html`<th scope="col">${name}</th>`)}
            <th scope="col">Context</th>
            <th scope="col">Most output</th>
            <th scope="col" class="text">Takes</th>
            <th scope="col" class="text">What you say is</th>
          </tr>
        </thead>
        ${models.map(modelRows)}
      </table>
    </div>
  </section> `;
}

function modelRows(model: Model): Html {
  const [base, ...above] = model.price?.tiers ?? [];
  const star = model.price?.assumed === true && html`<a href="#assumed">*</a>`;
  return html`<tbody>
    <tr>
      <th scope="row">${model.displayName}${star}<code>${model.id}</code></th>
      ${pricesOf(base)}
      <td>${whole(model.contextWindowTokens)}</td>
      <td>${whole(model.maxOutputTokens)}</td>
      <td class="text">${model.inputModalities.join(', ')}</td>
      <td class="text">${contentPolicyOf(model)}</td>
    </tr>
    ${above.map(
      (tier) =>
        html`<tr class="tier">
          <th scope="row">above ${whole(tier.aboveInputTokens)} tokens of input</th>
          ${pricesOf(tier)}
          <td colspan="4"></td>
        </tr> `,
    )}
  </tbody>`;
}

function pricesOf(tier: PriceTier | undefined): Html[] {
  return classes.map(
    ([, of]) => html`<td>${tier === undefined ? '' : usdPerMillion(of(tier))}</td>`,
  );
}

function plansOf(plans: readonly Plan[]): Html {
  return html`<section aria-labelledby="plans">
    <h2 id="plans">Plans</h2>
    <p>
      Each plan has all models at the same prices. A larger one raises the rates of each key, and
      brings its price as credit. You can also pay in without a plan, from $5.
    </p>
    <ul class="cards plans">
      ${plans.map(planCard)}
    </ul>
  </section>`;
}

function planCard(plan: Plan): Html {
  const { monthlyPriceCents, maxTeamMembers } = plan;
  const rate = (count: bigint | number, of: string): Html =>
    html`<li>
      ${count === 0 || count === 0n ? html`any number of ${of}` : html`${whole(count)} ${of}`}
    </li>`;
  return html`<li>
    <h3>${plan.name.charAt(0).toUpperCase()}${plan.name.slice(1)}</h3>
    <p class="price">
      ${monthlyPriceCents === undefined ? 'By agreement' : monthlyPriceCents === 0 ? '$0' : html`${usd(monthlyPriceCents)}<span> a month</span>`}
    </p>
    <ul>
      ${plan.includedCreditNanoUsd > 0n && html`<li>$${formatUsd(plan.includedCreditNanoUsd)} of credit each month</li>`}
      ${rate(plan.requestsPerMinute, 'requests a minute for each key')}
      ${rate(plan.tokensPerMinute, 'tokens a minute for each key')}
      ${rate(plan.concurrentRequests, 'requests at once for each key')}
      <li>
        ${maxTeamMembers === undefined ? 'teams of any size' : `teams of up to ${whole(maxTeamMembers)}`}
      </li>
    </ul>
  </li> `;
}
