// The five calls by openapi-fetch, with the types that openapi-typescript makes of docs/openapi.json.
import createClient from "openapi-fetch";
import type { paths } from "./generated/schema.d.ts";

const store = createClient<paths>({ baseUrl: process.env.BASE ?? "http://localhost:4566" });

type Login = "/ccstore/v1/login" | "/ccadmin/v1/login" | "/ccagent/v1/login";
async function signIn(path: Login, username: string, password: string) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const { data, error } = await store.POST(path, { headers, body: { grant_type: "password", username, password } });
  if (error) throw new Error(JSON.stringify(error));
  return { Authorization: `Bearer ${data.access_token}` };
}

const visitor = await store.PUT("/ccstore/v1/visitorInfo/current", {
  headers: { Cookie: "xd123_SiteUS=1AbC%3A1700000000000" },
  body: { infoName: "xd123_SiteUS", infoDomain: "example.com" },
});
console.log("cookie", visitor.response.headers.get("Set-Cookie"));

const shopper = await signIn("/ccstore/v1/login", "shopper", "Shopper-2026");
const profile = await store.PUT("/ccstore/v1/profiles/current", { headers: shopper, body: { firstName: "Tess" } });
console.log("profile", profile.data?.firstName);

const items = [{ productId: "prodB", catRefId: "skuB", quantity: 2 }];
const cart = await store.POST("/ccstore/v1/orders/current", { headers: shopper, body: { shoppingCart: { items } } });
console.log("total", cart.data?.priceInfo?.total);

const type = await store.PUT("/ccadmin/v1/shopperTypes/{id}", {
  headers: await signIn("/ccadmin/v1/login", "merchant", "Merchant-2026"),
  params: { path: { id: "user" }, header: { "X-CCAsset-Language": "en" } },
  body: { properties: { tess_size: { type: "shortText", label: "Size, says Tess" } } },
});
console.log("property", type.data?.properties.tess_size?.label);

const address = await store.PUT("/ccagent/v1/organizationAddresses/{id}", {
  headers: await signIn("/ccagent/v1/login", "agent", "Agent-2026"),
  params: { path: { id: "280004" }, header: { "X-CCAgentContext": '{"shopperProfileId":"110000"}' } },
  body: { address: { address2: "Desk of Tess" } },
});
console.log("address", address.data?.address?.address2);
