import type { Model } from '@modelbridge/contracts/routing.v1';
import { basePrice, contentPolicyOf } from '../catalog/model-facts.js';
import { usdPerMillion } from '../site/amounts.js';
import { html, type Html } from '../site/html.js';
import { sitePage } from '../site/layout.js';

const promises: [title: string, text: string, link: string, label: string][] = [
  [
    'A limit holds',
    'Money is set aside before a model is called. A key, a member or an account never spends more than its limit, not by a cent and not by many requests at once.',
    '/docs/limits',
    'How limits work',
  ],
  [
    'Each request is counted once',
    'Its tokens and its price are on record before your answer ends, and survive a crash. You are charged once, at the price that held when it began, and can check the sum.',
    '/docs/charging',
    'What is charged',
  ],
  [
    'What you say stays yours',
    'Of open models nothing is stored. Of Claude and GPT it is sealed, opens for you alone, and cannot be opened by anyone after 30 days. A signed receipt says so.',
    '/docs/content',
    'What is kept',
  ],
  [
    'Every model through your client',
    'Chat completions, Responses and Messages work for each model. Keep the SDK or the agent that you have, and change its base URL and key.',
    '/docs/clients',
    'Set up a client',
  ],
];

const people: [who: string, what: string][] = [
  ['Developers', 'One key and one bill for all models, and an exact cost for each request.'],
  ['Teams', 'A limit for each member and key, roles, and spend by member and model.'],
  [
    'Who answers for data',
    'A policy that code keeps: seals, receipts, exports and deletion that can be checked.',
  ],
];

/** @param models undefined while the catalog is not known: the page does without prices then */
export function homePage(
  models: readonly Model[] | undefined,
  origin: string,
  apiOrigin: string,
): string {
  return sitePage({
    title: 'One API for Claude, GPT and open models',
    description:
      'Claude, GPT and open models behind one API, with spending limits that hold, usage that is never lost and content that is gone after 30 days.',
    canonical: `${origin}/`,
    body: html`<section class="hero">
        <h1>One API for Claude, GPT and open models</h1>
        <p class="lead">
          With spending limits that hold, usage that is never lost, and content that nobody can open
          after 30 days. Keep your SDK: change a base URL and a key.
        </p>
        <p class="acts">
          <a class="button" href="/sign-in">Sign in</a>
          <a class="button quiet" href="/docs/quick-start">Quick start</a>
        </p>
        <figure class="code">
          <figcaption>Ask any model</figcaption>
          <pre tabindex="0"><code>${curl(apiOrigin)}</code></pre>
        </figure>
      </section>
      <section aria-labelledby="promises">
        <h2 id="promises">Four promises</h2>
        <ul class="cards">
          ${promises.map(
            ([title, text, link, label]) =>
              html`<li>
                <h3>${title}</h3>
                <p>${text}</p>
                <p><a href="${link}">${label}</a></p>
              </li> `,
          )}
        </ul>
      </section>
      <section aria-labelledby="whom">
        <h2 id="whom">For whom</h2>
        <dl class="people">
          ${people.map(
            ([who, what]) =>
              html`<div>
                <dt>${who}</dt>
                <dd>${what}</dd>
              </div>`,
          )}
        </dl>
      </section>
      ${models !== undefined && models.length > 0 && prices(models)}`,
  });
}

function curl(apiOrigin: string): string {
  return `curl ${apiOrigin}/v1/chat/completions \\
  -H "authorization: Bearer $MODELBRIDGE_KEY" \\
  -H 'content-type: application/json' \\
  -d '{
    "model": "kimi-k2.5",
    "messages": [{ "role": "user", "content": "Say hello." }]
  }'`;
}

function prices(models: readonly Model[]): Html {
  return html`<section aria-labelledby="prices">
    <h2 id="prices">Prices</h2>
    <p>
      In US dollars for a million tokens. You pay for what you use, exact to a billionth of a
      dollar.
    </p>
    <div class="scroll" role="region" aria-labelledby="prices" tabindex="0">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Input</th>
            <th scope="col">Cached</th>
            <th scope="col">Output</th>
            <th scope="col" class="text">What you say is</th>
          </tr>
        </thead>
        <tbody>
          ${models.map((model) => {
            const price = basePrice(model);
            return (
              price !== undefined &&
              html`<tr>
                <th scope="row">${model.displayName}</th>
                <td>${usdPerMillion(price.inputPicoUsd)}</td>
                <td>${usdPerMillion(price.cacheReadPicoUsd)}</td>
                <td>${usdPerMillion(price.outputPicoUsd)}</td>
                <td class="text">${contentPolicyOf(model)}</td>
              </tr> `
            );
          })}
        </tbody>
      </table>
    </div>
    <p><a href="/pricing">All prices, and plans</a></p>
  </section>`;
}
