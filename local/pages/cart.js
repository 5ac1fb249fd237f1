// A cart as a receipt: what the order says, and what its pricing trace tells. Public calls only.

import { logIn } from "/_pages/session.js";

const line = (productId, catRefId, quantity) => ({ productId, catRefId, quantity });
const coupons = (...codes) => codes.map((code) => ({ code }));

const SAMPLES = {
  "Five T-shirts": { shoppingCart: { items: [line("prodB", "skuB", 5)] } },
  "Two coupons": { shoppingCart: { items: [line("prodA", "skuA", 3), line("prodB", "skuB", 5)], coupons: coupons("SAVE5", "TWOFER") } },
  "A camera and its gift": { shoppingCart: { items: [line("xprod1047", "xsku1242", 2)], coupons: coupons("coupon1", "coupon2") } },
  "Free shipping": { shoppingCart: { items: [line("prodC", "skuC", 4)], coupons: coupons("FREESHIP") } },
  "Headphones and a mug": { shoppingCart: { items: [line("prodD", "skuD", 1), line("prodA", "skuA", 1)], coupons: coupons("SAVE5") } },
};

const REASONS = {
  disabled: "is switched off",
  notStarted: "has not begun",
  ended: "is over",
  otherSite: "is for another site",
  otherAudience: "is for other shoppers",
  otherPriceListGroup: "is for another price list group",
  exclusiveGroup: "goes with none of its group, of which another one applied",
  levelExcluded: "is shut out by a promotion that bars others",
  minimumSubtotalNotMet: "asks for a larger subtotal",
  noTarget: "found nothing in the cart that it makes cheaper",
  notEnoughQualifiers: "asks for more, or other, products in the cart",
  nothingToDiscount: "found nothing left to take off",
  noMatchingShippingMethod: "is for another shipping method",
  giftNotChosen: "offers a gift that has not been put into the cart",
  giftRemoved: "offers a gift that was taken out again",
  giftUnavailable: "offers a gift that cannot be had now",
};

// Of each stage what it is called, and where the contract says how it works.
const STAGES = {
  salePrice: ["Sale price", "4-prices"],
  externalPrice: ["Price from outside", "4-prices"],
  itemPromotions: ["Promotions on lines", "5-promotions-and-coupons"],
  orderPromotions: ["Promotions on the order", "5-promotions-and-coupons"],
  shipping: ["Shipping", "7-shipping"],
  shippingPromotions: ["Promotions on shipping", "5-promotions-and-coupons"],
  tax: ["Tax", "8-tax"],
  giftCards: ["Gift cards", "9-gift-cards"],
  recurringCharges: ["Charged again and again", "10-recurring-charges"],
};

const request = document.querySelector("#request");
const receipt = document.querySelector("#receipt");
const said = document.querySelector("#said");
let token = null;

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function row(className, text, amount) {
  return element("div", `row ${className}`, element("span", "", text), element("span", "", amount));
}

function heading(text, section) {
  const link = element("a", "", "§");
  link.href = `/contract/pricing.md#${section}`;
  link.title = "How the contract puts it";
  return element("h2", "", text, " ", link);
}

/** Every promotion that the order names anywhere, by id. */
function names(value, found = new Map()) {
  if (Array.isArray(value)) value.forEach((member) => names(member, found));
  else if (value && typeof value === "object") {
    if (value.promotionId && value.promotionName) found.set(value.promotionId, value.promotionName);
    Object.values(value).forEach((member) => names(member, found));
  }
  return found;
}

function* lines(items) {
  for (const item of items) {
    yield item;
    yield* lines(item.childItems ?? []);
  }
}

function shown(order, trace) {
  const money = new Intl.NumberFormat("en", { style: "currency", currency: order.priceInfo.currencyCode });
  const promotions = names(order);
  const items = new Map([...lines(order.shoppingCart.items)].map((item) => [item.commerceItemId, item]));
  const told = (entry) => [
    entry.promotionId && (promotions.get(entry.promotionId) ?? entry.promotionId),
    entry.coupon && `coupon ${entry.coupon}`,
    items.has(entry.commerceItemId) && `${entry.quantity ? `${entry.quantity} × ` : ""}${items.get(entry.commerceItemId).displayName}`,
    entry.note,
  ].filter(Boolean).join(", ");
  const entries = Object.fromEntries(trace.stages.map((done) => [done.stage, done.entries]));
  const rows = (stage) => entries[stage].map((entry) => row(entry.amount < 0 ? "less" : "", told(entry), money.format(entry.amount)));
  const sections = (stages) => stages.filter((stage) => entries[stage]?.length)
    .flatMap((stage) => [heading(...STAGES[stage]), ...rows(stage)]);

  const parts = [heading("What is in the cart", "4-prices")];
  for (const item of items.values()) {
    // The stages of prices say what the line costs from then on, the later ones what they change.
    const own = (stage) => entries[stage].filter(({ commerceItemId }) => commerceItemId === item.commerceItemId);
    let price = null;
    for (const stage of ["listPrice", "salePrice", "externalPrice"]) {
      const found = own(stage);
      if (!found.length) continue;
      const amount = found.reduce((sum, entry) => sum + entry.amount, 0);
      if (price === null) parts.push(row("", `${item.quantity} × ${item.displayName}`, money.format(amount)));
      else if (amount !== price) parts.push(row("under less", STAGES[stage][0], money.format(amount - price)));
      price = amount;
    }
    for (const entry of own("itemPromotions")) {
      parts.push(row("under less", told({ ...entry, commerceItemId: null }), money.format(entry.amount)));
    }
  }
  parts.push(...sections(["orderPromotions", "shipping", "shippingPromotions", "tax"]));
  parts.push(row("total", "Total", money.format(order.priceInfo.total)));
  parts.push(...sections(["giftCards", "recurringCharges"]));
  if (trace.notApplied.length) {
    parts.push(heading("What did not apply, and why", "5-promotions-and-coupons"));
    for (const each of trace.notApplied) {
      const by = each.blockedBy ? `: ${promotions.get(each.blockedBy) ?? each.blockedBy}` : "";
      parts.push(row("under", `${each.promotionName} ${REASONS[each.reason] ?? each.reason}${by}`, each.coupons.join(", ")));
    }
  }
  return parts;
}

async function call(method, query, body) {
  token ??= await logIn("shopper");
  const answer = await fetch(`/ccstore/v1/orders/current${query}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body,
  });
  const text = await answer.text();
  const read = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error([read.errorCode, read.message, read.devMessage].filter(Boolean).join(" · "));
  return read;
}

async function price() {
  said.className = "quiet";
  said.textContent = "…";
  try {
    const order = await call("POST", "", JSON.stringify(JSON.parse(request.value)));
    const { pricingTrace } = await call("GET", "?explain=true&fields=pricingTrace");
    receipt.replaceChildren(...shown(order, pricingTrace));
    said.textContent = "";
  } catch (error) {
    said.className = "bad";
    said.textContent = error.message;
  }
}

for (const [title, cart] of Object.entries(SAMPLES)) {
  const button = element("button", "", title);
  button.addEventListener("click", () => {
    document.querySelectorAll("#samples button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    request.value = JSON.stringify(cart, null, 2);
    price();
  });
  document.querySelector("#samples").append(button);
}
document.querySelector("#price").addEventListener("click", price);
document.querySelector("#samples button").click();
