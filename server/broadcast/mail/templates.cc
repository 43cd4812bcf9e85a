#include "server/broadcast/mail/templates.h"

namespace maillage::broadcast {

const char kHtmlTemplate[] = R"html(<!DOCTYPE html>
<html lang="fr" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>{{subject}}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 620px) {
  .pad { padding: 20px 16px !important; }
  .sign { display: block !important; width: 100% !important; padding: 0 0 20px !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background: #14171c !important; }
  .sheet { background: #1d222a !important; color: #e8ebf0 !important; }
  .box { background: #22304a !important; color: #dfe9fa !important; }
  .quiet { color: #b3bcc9 !important; }
  a { color: #9cc3ff !important; }
  a.button { background: #9cc3ff !important; color: #10213b !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7">
<div style="display:none;max-height:0;overflow:hidden">{{when}}, {{venue}}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7">
<tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;background:#ffffff;color:#1b1f26;font-family:Georgia,'Times New Roman',serif;font-size:16px;line-height:1.55;text-align:left">
<tr><td class="pad" style="padding:36px 44px">
{{#test}}<p style="margin:0 0 16px;padding:8px 12px;background:#fff3cd;color:#5c4400;font-family:Arial,sans-serif">Essai : ce courriel n'a été envoyé qu'à vous.</p>
{{/test}}<p class="quiet" style="margin:0 0 24px;font-family:Arial,Helvetica,sans-serif;font-size:13px;color:#56606e">{{#letterhead}}{{name}}<br>{{/letterhead}}</p>
<p style="margin:0 0 24px;text-align:right">{{place_date}}</p>
<p style="margin:0 0 4px"><strong>REF&nbsp;:</strong> {{reference}}</p>
<p style="margin:0 0 24px"><strong>OBJET&nbsp;:</strong> {{object}}</p>
<p style="margin:0 0 16px">{{{salutation}}}</p>
{{#box}}{{{box_open}}}«&nbsp;{{title}}&nbsp;»<br>{{when}}<br>{{venue}}{{{box_close}}}{{/box}}{{{body}}}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:12px 0 24px">
{{#signature_rows}}<tr>{{#cells}}<td class="sign" width="50%" valign="top" style="width:50%;padding:0 16px 20px 0;font-size:15px">{{post}}{{#holder}}<br><br><strong>{{holder}}</strong>{{/holder}}</td>{{/cells}}</tr>
{{/signature_rows}}</table>
<h2 style="margin:0 0 8px;font-family:Arial,Helvetica,sans-serif;font-size:16px">Votre réponse</h2>
<p style="margin:0 0 12px;font-family:Arial,Helvetica,sans-serif;font-size:14px">{{#deadline}}Merci de répondre avant le {{deadline}}. {{/deadline}}{{#capacity}}Le nombre de places est limité à {{capacity}}. {{/capacity}}{{#online}}Rien n'est enregistré avant que vous ne validiez sur la page.{{/online}}{{^online}}Un clic prépare un courriel : il ne reste qu'à l'envoyer.{{/online}}</p>
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 {{#online}}8{{/online}}{{^online}}24{{/online}}px;font-family:Arial,Helvetica,sans-serif;font-size:15px"><tr>
<td style="padding:0 12px 8px 0"><a class="button" href="{{{yes_uri}}}" style="display:inline-block;padding:11px 18px;background:#1f4e8c;color:#ffffff;text-decoration:none;font-weight:bold">Je participerai</a></td>
<td style="padding:0 0 8px"><a href="{{{no_uri}}}" style="display:inline-block;padding:11px 0;color:#1f4e8c">Je ne pourrai pas venir</a></td>
</tr></table>
{{#online}}<p style="margin:0 0 8px;font-family:Arial,Helvetica,sans-serif;font-size:14px"><a href="{{{reply_uri}}}" style="color:#1f4e8c">Nommer quelqu'un d'autre, réserver plusieurs places, dire un besoin</a></p>
<p style="margin:0 0 24px;font-family:Arial,Helvetica,sans-serif;font-size:14px">Pour faire suivre l'invitation, transmettez plutôt ce lien, qui ne vous nomme pas&nbsp;: <a href="{{{public_uri}}}" style="color:#1f4e8c;word-break:break-all">{{{public_uri}}}</a></p>
{{/online}}{{#english}}<div lang="en" style="margin:0 0 24px;padding:16px 0 0;border-top:1px solid #c9d1de">
<h2 style="margin:0 0 8px;font-family:Arial,Helvetica,sans-serif;font-size:16px">In English</h2>
<p style="margin:0 0 12px">You are invited to <span lang="fr">«&nbsp;{{title}}&nbsp;»</span>, {{when_en}}, <span lang="fr">{{venue}}</span>. Organised by {{#letterhead}}<span lang="fr">{{name}}</span>{{^last}}; {{/last}}{{/letterhead}}. The letter above is in French. To reply, {{#online}}use <a href="{{{reply_uri}}}?lang=en" style="color:#1f4e8c">your reply page</a>{{/online}}{{^online}}write to <a href="{{{yes_uri}}}" style="color:#1f4e8c">{{reply_to}}</a>{{/online}}{{#deadline_en}} before {{deadline_en}}{{/deadline_en}}.</p>
</div>
{{/english}}<div class="quiet" style="padding:16px 0 0;border-top:1px solid #c9d1de;font-family:Arial,Helvetica,sans-serif;font-size:12px;line-height:1.5;color:#56606e">
<p style="margin:0 0 8px">{{{source}}}</p>
<p style="margin:0 0 8px">Ces données servent à vous informer des rencontres des partenaires du territoire. Vous pouvez en demander la copie, la correction ou l'effacement, et vous opposer à leur usage, en écrivant à <a href="mailto:{{reply_to}}" style="color:#1f4e8c">{{reply_to}}</a>. Vous pouvez aussi saisir la <a href="https://www.cnil.fr/" style="color:#1f4e8c">CNIL</a>.</p>
<p style="margin:0"><a href="{{{unsubscribe_uri}}}" style="color:#1f4e8c">Ne plus recevoir d'invitations</a></p>
</div>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
)html";

const char kTextTemplate[] = R"text({{#test}}[ESSAI : ce courriel n'a été envoyé qu'à vous.]

{{/test}}{{{head}}}

{{{place_date}}}

{{{reference_object}}}
{{{salutation}}}

{{#box}}    « {{{title}}} »
    {{{when}}}
    {{{venue}}}

{{/box}}{{{body}}}
{{{signatures}}}------------------------------------------------------------------------
VOTRE RÉPONSE

{{{reply}}}
{{#english}}------------------------------------------------------------------------
IN ENGLISH

{{{english_text}}}
{{/english}}------------------------------------------------------------------------
{{{source}}}

{{{rights}}})text";

}  // namespace maillage::broadcast
