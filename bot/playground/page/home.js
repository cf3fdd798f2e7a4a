// Draws the home of the app as it stands for the acting person.

import { act } from "./api.js";
import { block } from "./blocks.js";
import { appTabs, sideButton } from "./channel.js";
import { h, patch } from "./dom.js";

export function drawHome(ctx) {
  const home = ctx.state.home;
  const sign = JSON.stringify([ctx.version, home?.id, home?.hash, home?.state]);
  patch(document.getElementById("main"), [
    { key: "home header", sign: `${ctx.version} ${ctx.unreadElsewhere}`, make: () => header(ctx) },
    { key: "home", sign, make: () => body(ctx, home) },
  ]);
}

function header(ctx) {
  return h("header", {}, sideButton(ctx), h("h2", {}, ctx.app.real_name),
    h("span", { class: "topic" }, "What the app shows to you alone"), appTabs(ctx, true));
}

function body(ctx, home) {
  const where = (at, more) => ({ view: home.id, block_id: at.block, action_id: at.action, ...more });
  const use = home && {
    ...ctx,
    values: home.state.values,
    press: (at, chosen) => act(ctx.me.id, "presses", where(at, { chosen })),
    suggest: async (at, typed) => (await act(ctx.me.id, "suggests", where(at, { typed }))).options || [],
  };
  return h("div", { class: "home" }, home ? home.blocks.map((b) => block(b, use)) : h("p", {}, "Nothing here yet."));
}
