// The five calls by the client that @hey-api/openapi-ts makes of docs/openapi.json.
import { client } from "./generated/hey-api/client.gen.js";
import * as store from "./generated/hey-api/index.js";

client.setConfig({ baseUrl: process.env.BASE ?? "http://localhost:4566" });
const throwOnError = true;
const form = (username: string, password: string) => ({ grant_type: "password", username, password }) as const;

const visitor = await store.updateVisitorInfo({
  headers: { Cookie: "xd123_SiteUS=1AbC%3A1700000000000" },
  body: { infoName: "xd123_SiteUS", infoDomain: "example.com" },
  throwOnError,
});
console.log("cookie", visitor.response.headers.get("Set-Cookie"));

const shopper = (await store.storeLogin({ body: form("shopper", "Shopper-2026"), throwOnError })).data.access_token;
const profile = await store.updateProfile({ auth: shopper, body: { firstName: "Hedy" }, throwOnError });
console.log("profile", profile.data.firstName);

const items = [{ productId: "prodB", catRefId: "skuB", quantity: 3 }];
const cart = await store.updateCurrentProfileOrder({ auth: shopper, body: { shoppingCart: { items } }, throwOnError });
console.log("total", cart.data.priceInfo.total);

const type = await store.adminUpdateShopperType({
  auth: (await store.adminLogin({ body: form("merchant", "Merchant-2026"), throwOnError })).data.access_token,
  path: { id: "user" },
  headers: { "X-CCAsset-Language": "en" },
  body: { properties: { hedy_size: { type: "shortText", label: "Size, says Hedy" } } },
  throwOnError,
});
console.log("property", type.data.properties.hedy_size?.label);

const address = await store.agentUpdateAddress({
  auth: (await store.agentLogin({ body: form("agent", "Agent-2026"), throwOnError })).data.access_token,
  path: { id: "280004" },
  headers: { "X-CCAgentContext": '{"shopperProfileId":"110000"}' },
  body: { address: { address2: "Desk of Hedy" } },
  throwOnError,
});
console.log("address", address.data.address?.address2);
