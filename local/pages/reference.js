// Scalar, with the sample store's logins: whoever is chosen signs the calls that are tried.

import { ROLES, logIn } from "/_pages/session.js";

const role = document.querySelector("#role");
const said = document.querySelector("#said");

const description = await (await fetch("/_pages/openapi.json")).json();
const schemes = Object.entries(description.components?.securitySchemes ?? {})
  .filter(([, scheme]) => scheme.type === "http" && scheme.scheme === "bearer")
  .map(([name]) => name);

const configuration = (token) => ({
  content: { ...description, servers: [{ url: location.origin, description: "This local cloud" }] },
  authentication: {
    preferredSecurityScheme: schemes,
    securitySchemes: Object.fromEntries(schemes.map((name) => [name, { token }])),
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
