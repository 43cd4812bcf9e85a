// The public pages as a person uses them: an invitation read, a reply given and
// changed, an objection, a registration; and a reply where scripts are off.
//
//   pages.mjs INVITATION REPLY OBJECTION [PICTURES]
import assert from "node:assert/strict";
import { inspect, launch, validate, watchRequests } from "./browser.mjs";

const [invitation, reply, objection, shots] = process.argv.slice(2);
const base = new URL(invitation).origin;

async function submit(page, selector = "form:last-of-type button[type=submit]") {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

async function readAll(page) {
  const pages = { invitation, reply, objection, missing: `${base}/r/nothing` };
  for (const [name, url] of Object.entries(pages)) {
    for (const lang of ["fr", "en"]) {
      await page.goto(`${url}?lang=${lang}`);
      assert.equal(await page.$eval("html", (html) => html.lang), lang);
      await inspect(page, `${name}-${lang}`, shots);
      await validate(`${url}?lang=${lang}`, `${name}-${lang}`);
    }
  }
}

async function giveReply(page) {
  await page.goto(`${reply}?lang=fr&r=yes`);
  assert.equal(await page.$eval("#yes", (box) => box.checked), true);
  // By the keyboard: what has the focus shows it.
  await page.focus("#no");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.$eval("#delegate", (box) => box.checked), true);
  await submit(page);
  assert.match(await page.$eval("[role=alert]", (node) => node.textContent), /indiquez son nom/);
  await inspect(page, "reply-refused", shots);
  await page.type("#delegate_name", "Line Roux");
  await page.select("#seats", "2");
  await page.click("#wheelchair");
  await submit(page);
  assert.match(await page.$eval("[role=status]", (node) => node.textContent), /enregistrée/);
  assert.match(await page.$eval("main", (node) => node.textContent), /Line Roux vous représentera/);
  await inspect(page, "reply-saved", shots);
  await page.click("#no");
  await submit(page);
  assert.match(await page.$eval("main", (node) => node.textContent), /vous ne viendrez pas/);
}

// axe-core needs a browser that runs scripts; people need none.
async function replyWithoutScripts(page) {
  await page.setJavaScriptEnabled(false);
  await page.goto(`${reply}?lang=en`);
  await page.click("#yes");
  await submit(page);
  assert.match(await page.$eval("main", (node) => node.textContent), /You replied that you come/);
  await page.setJavaScriptEnabled(true);
}

async function object(page) {
  await page.goto(`${objection}?lang=fr`);
  await submit(page);
  assert.equal((await page.$$(".objections li")).length, 1);
  await inspect(page, "objection-saved", shots);
  await validate(`${objection}?lang=fr&saved=1`, "objection-saved");
  await submit(page, ".objections button");
  assert.equal((await page.$$(".objections li")).length, 0);
}

async function register(page) {
  await page.goto(`${invitation}?lang=en`);
  await page.type("#name", "Ada Leroy");
  await page.type("#mailbox", "ada@example.net");
  await submit(page);
  assert.match(await page.$eval("h1", (node) => node.textContent), /Look at your mail/);
  await inspect(page, "registered", shots);
}

const browser = await launch();
try {
  const page = await browser.newPage();
  const strangers = watchRequests(page, base);
  await readAll(page);
  await giveReply(page);
  await replyWithoutScripts(page);
  await object(page);
  await register(page);
  assert.deepEqual(strangers, []);
  assert.deepEqual(await browser.cookies?.() ?? [], []);
} finally {
  await browser.close();
}
