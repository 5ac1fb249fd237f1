// The logins that a store's sample.json has, and a token of one of them.

export const ROLES = [
  ["shopper", "ccstore", "Shopper"],
  ["accountAdministrator", "ccstore", "Account's administrator"],
  ["merchant", "ccadmin", "Merchant"],
  ["agent", "ccagent", "Agent"],
];

export async function logIn(role) {
  const [name, prefix] = ROLES.find(([known]) => known === role);
  const sample = await (await fetch("/_pages/sample.json")).json();
  if (!sample[name]) throw new Error(`the store's sample.json has no ${name}`);
  const { username, password } = sample[name];
  const answer = await fetch(`/${prefix}/v1/login`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", username, password }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error_description ?? body.error ?? `${answer.status}`);
  return body.access_token;
}
