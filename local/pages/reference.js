// Scalar, with the sample store's logins: whoever is chosen signs the calls that are tried.

import { ROLES, logIn } from "/_pages/session.js";

const role = document.querySelector("#role");
const said = document.querySelector("#said");

const description = await (await fetch("/_pages/openapi.json")).json();
// What a login gives is sent as this one.
const SCHEME = "token";

// Scalar sends what has an example: here only what a call needs, the rest waits for its tick.
for (const { parameters, requestBody } of Object.values(description.paths).flatMap(Object.values)) {
  const bodies = Object.values(requestBody?.content ?? {}).flatMap((media) => Object.keys(media.examples ?? {}));
  for (const parameter of parameters.filter((it) => !it.required)) {
    const example = { value: parameter.example, "x-disabled": true };
    parameter.examples = Object.fromEntries(["default", ...bodies].map((name) => [name, example]));
    delete parameter.example;
  }
}

const configuration = (token) => ({
  content: { ...description, servers: [{ url: location.origin, description: "This local cloud" }] },
  authentication: {
    preferredSecurityScheme: SCHEME,
    securitySchemes: { [SCHEME]: { token } },
  },
  agent: { disabled: true },
  defaultOpenAllTags: false,
  hideClientButton: true,
  mcp: { disabled: true },
  persistAuth: false,
  showDeveloperTools: "never",
  telemetry: false,
  withDefaultFonts: false,
});

role.append(new Option("nobody", ""), ...ROLES.map(([name, , title]) => new Option(title, name)));

const reference = window.Scalar.createApiReference("#reference", configuration(""));

async function become() {
  said.textContent = "";
  try {
    const token = role.value ? await logIn(role.value) : "";
    reference.updateConfiguration(configuration(token));
    said.textContent = token ? "logged in" : "";
  } catch (error) {
    said.textContent = `The login failed: ${error.message}`;
  }
}

role.addEventListener("change", become);
role.value = "shopper";
await become();
