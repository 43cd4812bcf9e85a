// Chromium without a screen, and what every page must fulfil in it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import puppeteer from "puppeteer-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate(
  new FileSystemConfigLoader({
    extends: ["html-validate:standard", "html-validate:a11y"],
    // Files written as people write them may end lines as they like.
    rules: { "no-trailing-whitespace": "off" },
  }),
);

// The narrowest phone that WCAG 1.4.10 asks for, a common one, a desktop.
export const WIDTHS = [320, 390, 1280];

export function launch() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    protocolTimeout: 30_000,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

// Fails where a page asks any other host for anything.
export function watchRequests(page, base) {
  const strangers = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) strangers.push(request.url());
  });
  return strangers;
}

async function axeFinds(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate("axe.run(document)");
  return result.violations.map(
    (one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(" | ")}`,
  );
}

// The page as it is shown now: accessible in light and dark, no wider than its
// window. `shots`: a folder for pictures, or nothing.
export async function inspect(page, name, shots) {
  assert.equal(await page.evaluate("document.scripts.length"), 0, `scripts on ${name}`);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const width of WIDTHS) {
      await page.setViewport({ width, height: 800 });
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${name} is ${wide} wide at ${width}`);
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
      }
    }
    assert.deepEqual(await axeFinds(page), [], `axe on ${name}, ${scheme}`);
  }
}

// The bytes that the server sends are valid HTML.
export async function validate(url, name) {
  const answer = await fetch(url);
  const report = await validator.validateString(await answer.text(), `${name}.html`);
  const messages = report.results.flatMap((one) => one.messages);
  assert.deepEqual(
    messages.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`),
    [],
    `HTML of ${name}`,
  );
}
