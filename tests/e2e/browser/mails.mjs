// A mail as other programs read it: mailparser its parts, ical.js its calendar.
//
//   mails.mjs FOLDER STARTS ENDS     (the event in UTC, as 2031-05-22T07:00:00Z)
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";
import { simpleParser } from "mailparser";

const [folder, starts, ends] = process.argv.slice(2);

function checkCalendar(text, mailbox) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  assert.equal(calendar.getFirstPropertyValue("method"), "REQUEST");
  const zone = calendar.getFirstSubcomponent("vtimezone");
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  assert.equal(event.startDate.toJSDate().toISOString(), starts.replace("Z", ".000Z"));
  assert.equal(event.endDate.toJSDate().toISOString(), ends.replace("Z", ".000Z"));
  assert.equal(event.attendees.length, 1);
  assert.equal(event.attendees[0].getFirstValue().toLowerCase(), `mailto:${mailbox}`);
  assert.ok(event.uid.length > 0);
  return event;
}

async function check(path) {
  const mail = await simpleParser(readFileSync(path));
  const mailbox = mail.to.value[0].address;
  assert.match(mail.subject, /Invitation : rencontre d'été à Saint-Omer/);
  assert.match(mail.text, /plaisir de vous inviter à déjeuner/);
  assert.match(mail.html, /plaisir de vous inviter à déjeuner/);
  assert.doesNotMatch(mail.html, /<img|<script/);
  assert.equal(mail.headers.get("auto-submitted") !== undefined, true);
  assert.match(mail.headers.get("list").unsubscribe.url, /\/o\//);
  assert.equal(
    mail.headerLines.find((line) => line.key === "list-unsubscribe-post").line,
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
  );
  const calendars = mail.attachments.filter((part) => part.contentType === "text/calendar");
  assert.ok(calendars.length > 0, "the mail has no calendar");
  const uids = calendars.map((part) => checkCalendar(part.content.toString("utf8"), mailbox).uid);
  assert.equal(new Set(uids).size, 1);
}

const files = readdirSync(folder);
assert.ok(files.length > 0);
for (const file of files) await check(join(folder, file));
