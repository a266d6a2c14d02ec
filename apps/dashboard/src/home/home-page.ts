/** What a browser sees until people can sign in: where the same facts are to be had with an API key. */
export const homePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ModelBridge</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
  code { background: #8882; border-radius: 4px; padding: .1em .3em }
</style>
<h1>ModelBridge</h1>
<p>One OpenAI-compatible endpoint for many models. There is no sign-in here yet;
an API key answers the same questions at the gateway:</p>
<ul>
  <li><code>GET /v1/usage</code> your requests, tokens and costs</li>
  <li><code>GET /v1/credits</code> balance, held and spent</li>
  <li><code>GET /v1/key</code> the key's limits</li>
  <li><code>GET /v1/models</code> models and prices</li>
</ul>
</html>
`;
