#include "server/web/templates.h"

namespace maillage::web {

const char kFrameTemplate[] = R"html(<!DOCTYPE html>
<html lang="{{lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{heading}} – {{institution}}</title>
<link rel="stylesheet" href="{{root}}style.css">
</head>
<body>
<a class="skip" href="#content">{{#fr}}Aller au contenu{{/fr}}{{#en}}Skip to content{{/en}}</a>
<header>
<p class="institution" lang="fr">{{institution}}</p>
<nav aria-label="{{#fr}}Langue{{/fr}}{{#en}}Language{{/en}}">{{#fr}}<a href="?lang=en" lang="en" hreflang="en">English</a>{{/fr}}{{#en}}<a href="?lang=fr" lang="fr" hreflang="fr">Français</a>{{/en}}</nav>
</header>
<main id="content">
<h1>{{heading}}</h1>
{{{content}}}</main>
<footer>
<p>{{#fr}}Cette page ne dépose aucun cookie et ne charge rien d'ailleurs.{{/fr}}{{#en}}This page sets no cookie and loads nothing from elsewhere.{{/en}}</p>
</footer>
</body>
</html>
)html";

const char kNoticeTemplate[] = R"html(<p>{{sentence}}</p>
)html";

const char kInvitationTemplate[] =
    R"html({{#refused}}<p class="problem" role="alert">{{problem}}</p>
{{/refused}}{{#change}}<p class="problem" role="note">{{#cancelled}}{{#fr}}Cette rencontre n'aura pas lieu&nbsp;: {{/fr}}{{#en}}The event is cancelled: {{/en}}{{/cancelled}}{{^cancelled}}{{#fr}}L'invitation a changé&nbsp;: {{/fr}}{{#en}}The invitation has changed: {{/en}}{{/cancelled}}<span lang="fr">{{change}}</span></p>
{{/change}}<div class="event">
<p class="event-title" lang="fr">{{title}}</p>
<p>{{when}}</p>
<p lang="fr">{{venue}}</p>
</div>
<p class="reference"><strong>{{#fr}}Réf.&nbsp;:{{/fr}}{{#en}}Ref.:{{/en}}</strong> {{reference}}</p>
<article class="letter" lang="fr">
{{{letter}}}
<ul class="signatures">
{{#signatures}}<li>{{post}}{{#holder}}<br><strong>{{holder}}</strong>{{/holder}}</li>
{{/signatures}}</ul>
</article>
<section aria-labelledby="register">
<h2 id="register">{{#fr}}Participer{{/fr}}{{#en}}Take part{{/en}}</h2>
<p>{{#fr}}Vous avez reçu une invitation personnelle&#8239;? Répondez plutôt par le lien de votre courriel.{{/fr}}{{#en}}If you got an invitation of your own, please use the link in your mail.{{/en}}</p>
{{#closed}}<p>{{#fr}}Les inscriptions sont closes.{{/fr}}{{#en}}Registration is closed.{{/en}}</p>
{{/closed}}{{^closed}}{{#capacity}}<p>{{#fr}}Le nombre de places est limité à {{capacity}}&#8239;; au-delà, une liste d'attente est tenue dans l'ordre des réponses.{{/fr}}{{#en}}There are {{capacity}} seats; beyond that, a waiting list is kept in the order of replies.{{/en}}</p>
{{/capacity}}<form method="post" action="?lang={{lang}}">
<p><label for="name">{{#fr}}Nom et prénom{{/fr}}{{#en}}Your name{{/en}}</label>
<input id="name" name="name" autocomplete="name" maxlength="200" required value="{{name}}"></p>
<p><label for="mailbox">{{#fr}}Adresse électronique{{/fr}}{{#en}}E-mail address{{/en}}</label>
<input id="mailbox" name="mailbox" type="email" autocomplete="email" maxlength="254" required value="{{mailbox}}" aria-describedby="mailbox-hint">
<span class="hint" id="mailbox-hint">{{#fr}}Un courriel vous demandera de confirmer. L'adresse ne sert qu'à cette rencontre.{{/fr}}{{#en}}A mail will ask you to confirm. The address serves for this meeting alone.{{/en}}</span></p>
<p><label for="seats">{{#fr}}Nombre de personnes{{/fr}}{{#en}}Number of persons{{/en}}</label>
<select id="seats" name="seats">{{#seats}}<option{{#chosen}} selected{{/chosen}}>{{n}}</option>{{/seats}}</select></p>
<p><button type="submit">{{#fr}}Demander une inscription{{/fr}}{{#en}}Ask for a registration{{/en}}</button></p>
</form>
{{/closed}}</section>
)html";

const char kReplyTemplate[] =
    R"html({{#refused}}<p class="problem" role="alert">{{problem}}</p>
{{/refused}}{{^refused}}{{#saved}}<p class="done" role="status">{{#fr}}Votre réponse est enregistrée.{{/fr}}{{#en}}Your reply is saved.{{/en}}</p>
{{/saved}}{{/refused}}{{#change}}<p class="problem" role="note">{{#cancelled}}{{#fr}}Cette rencontre n'aura pas lieu&nbsp;: {{/fr}}{{#en}}The event is cancelled: {{/en}}{{/cancelled}}{{^cancelled}}{{#fr}}L'invitation a changé&nbsp;: {{/fr}}{{#en}}The invitation has changed: {{/en}}{{/cancelled}}<span lang="fr">{{change}}</span></p>
{{/change}}<div class="event">
<p class="event-title" lang="fr">{{title}}</p>
<p>{{when}}</p>
<p lang="fr">{{venue}}</p>
</div>
{{#person}}<p>{{#fr}}Réponse au nom de&nbsp;:{{/fr}}{{#en}}Reply of:{{/en}} <strong>{{person}}</strong></p>
{{/person}}{{#known}}<p>{{#fr}}{{#yes}}Vous avez répondu que vous participerez.{{/yes}}{{#no}}Vous avez répondu que vous ne viendrez pas.{{/no}}{{#delegate}}Vous avez répondu que {{delegate_name}} vous représentera.{{/delegate}}{{#seated}} {{#one}}Une place est réservée.{{/one}}{{^one}}{{seats_taken}} places sont réservées.{{/one}}{{/seated}}{{#waiting}} Toutes les places sont prises&nbsp;: votre demande ({{#one}}une place{{/one}}{{^one}}{{seats_taken}} places{{/one}}) est en liste d'attente et sera servie dès que possible, dans l'ordre des réponses.{{/waiting}}{{#asked}} Votre demande ({{#one}}une place{{/one}}{{^one}}{{seats_taken}} places{{/one}}) est transmise à l'organisateur, qui attribue les places&nbsp;: revenez sur cette page pour connaître la suite.{{/asked}}{{/fr}}{{#en}}{{#yes}}You replied that you come.{{/yes}}{{#no}}You replied that you do not come.{{/no}}{{#delegate}}You replied that {{delegate_name}} comes instead.{{/delegate}}{{#seated}} {{#one}}One seat is kept.{{/one}}{{^one}}{{seats_taken}} seats are kept.{{/one}}{{/seated}}{{#waiting}} All seats are taken: your request ({{#one}}one seat{{/one}}{{^one}}{{seats_taken}} seats{{/one}}) is on the waiting list and is met as seats become free, in the order of replies.{{/waiting}}{{#asked}} Your request ({{#one}}one seat{{/one}}{{^one}}{{seats_taken}} seats{{/one}}) goes to the organiser, who gives the seats: come back to this page for the answer.{{/asked}}{{/en}}</p>
{{/known}}{{#closed}}<p>{{#fr}}Le délai de réponse est passé. Pour tout changement, écrivez à{{/fr}}{{#en}}The time to reply is over. For any change, please write to{{/en}} <a href="mailto:{{reply_to}}">{{reply_to}}</a>.</p>
{{/closed}}{{^closed}}<p>{{#deadline}}{{#fr}}Merci de répondre au plus tard le {{deadline}}&#8239;; vous pourrez changer d'avis jusque-là.{{/fr}}{{#en}}Please reply by {{deadline}}; until then you can change your mind.{{/en}}{{/deadline}}{{^deadline}}{{#fr}}Vous pourrez changer d'avis jusqu'à la rencontre.{{/fr}}{{#en}}You can change your mind until the meeting.{{/en}}{{/deadline}}{{#capacity}} {{#fr}}Le nombre de places est limité à {{capacity}}.{{/fr}}{{#en}}There are {{capacity}} seats.{{/en}}{{/capacity}}</p>
<form method="post" action="?lang={{lang}}">
<fieldset>
<legend>{{#fr}}Viendrez-vous&#8239;?{{/fr}}{{#en}}Will you come?{{/en}}</legend>
<p class="choice"><input type="radio" id="yes" name="answer" value="yes" required{{#yes}} checked{{/yes}}> <label for="yes">{{#fr}}Je participerai{{/fr}}{{#en}}I will come{{/en}}</label></p>
<p class="choice"><input type="radio" id="no" name="answer" value="no"{{#no}} checked{{/no}}> <label for="no">{{#fr}}Je ne pourrai pas venir{{/fr}}{{#en}}I cannot come{{/en}}</label></p>
<p class="choice"><input type="radio" id="delegate" name="answer" value="delegate"{{#delegate}} checked{{/delegate}}> <label for="delegate">{{#fr}}Quelqu'un me représentera{{/fr}}{{#en}}Somebody comes instead of me{{/en}}</label></p>
</fieldset>
<fieldset>
<legend>{{#fr}}Si quelqu'un vous représente{{/fr}}{{#en}}If somebody comes instead{{/en}}</legend>
<p><label for="delegate_name">{{#fr}}Son nom{{/fr}}{{#en}}Their name{{/en}}</label>
<input id="delegate_name" name="delegate_name" maxlength="200" value="{{delegate_name}}"></p>
<p><label for="delegate_mailbox">{{#fr}}Son adresse électronique (facultatif){{/fr}}{{#en}}Their e-mail address (optional){{/en}}</label>
<input id="delegate_mailbox" name="delegate_mailbox" type="email" maxlength="254" value="{{delegate_mailbox}}"></p>
</fieldset>
<p><label for="seats">{{#fr}}Nombre de personnes en tout{{/fr}}{{#en}}Number of persons in all{{/en}}</label>
<select id="seats" name="seats">{{#seats}}<option{{#chosen}} selected{{/chosen}}>{{n}}</option>{{/seats}}</select></p>
<fieldset>
<legend>{{#fr}}Pour vous accueillir (facultatif){{/fr}}{{#en}}To make you welcome (optional){{/en}}</legend>
{{#needs}}<p class="choice"><input type="checkbox" id="{{value}}" name="need" value="{{value}}"{{#chosen}} checked{{/chosen}}> <label for="{{value}}">{{words}}</label></p>
{{/needs}}<p><label for="note">{{#fr}}Autre précision utile à l'accueil{{/fr}}{{#en}}Anything else that helps us to prepare{{/en}}</label>
<textarea id="note" name="note" rows="3" maxlength="300" aria-describedby="note-hint">{{note}}</textarea>
<span class="hint" id="note-hint">{{#fr}}N'écrivez rien sur votre santé&nbsp;: dites seulement ce qu'il faut préparer.{{/fr}}{{#en}}Please write nothing about your health: only what we should prepare.{{/en}}</span></p>
</fieldset>
<p><button type="submit">{{#fr}}Valider ma réponse{{/fr}}{{#en}}Save my reply{{/en}}</button></p>
</form>
{{/closed}}<p><a href="{{invitation}}">{{#fr}}Lire l'invitation{{/fr}}{{#en}}Read the invitation{{/en}}</a>{{#fr}}&nbsp;– ce lien-là peut être transmis, il ne vous nomme pas.{{/fr}}{{#en}} – that link can be passed on, it does not name you.{{/en}}</p>
)html";

const char kObjectionTemplate[] =
    R"html({{#refused}}<p class="problem" role="alert">{{problem}}</p>
{{/refused}}{{^refused}}{{#saved}}<p class="done" role="status">{{#fr}}C'est enregistré.{{/fr}}{{#en}}It is saved.{{/en}}</p>
{{/saved}}{{/refused}}<p>{{#fr}}Vous pouvez vous opposer à tout moment à l'usage de vos coordonnées (RGPD, article 21), sans dire pourquoi. L'opposition vaut aussitôt.{{/fr}}{{#en}}You can object at any time to the use of your data (GDPR, article 21), without saying why. It holds at once.{{/en}}</p>
{{#any}}<h2>{{#fr}}Vos oppositions{{/fr}}{{#en}}Your objections{{/en}}</h2>
<ul class="objections">
{{#objections}}<li><form method="post" action="?lang={{lang}}"><span>{{words}}</span><input type="hidden" name="remove" value="{{id}}"> <button type="submit" class="quiet" aria-label="{{#fr}}Retirer&nbsp;:{{/fr}}{{#en}}Take back:{{/en}} {{words}}">{{#fr}}Retirer{{/fr}}{{#en}}Take back{{/en}}</button></form></li>
{{/objections}}</ul>
{{/any}}<form method="post" action="?lang={{lang}}">
<fieldset>
<legend>{{#fr}}Je ne veux plus recevoir{{/fr}}{{#en}}I no longer want{{/en}}</legend>
{{#scopes}}<p class="choice"><input type="radio" id="{{id}}" name="scope" value="{{value}}" required{{#chosen}} checked{{/chosen}}> <label for="{{id}}">{{words}}</label></p>
{{/scopes}}</fieldset>
<p><button type="submit">{{#fr}}Confirmer mon opposition{{/fr}}{{#en}}Confirm my objection{{/en}}</button></p>
</form>
<p>{{#fr}}Pour demander la copie, la correction ou l'effacement de vos données, écrivez à{{/fr}}{{#en}}To ask for a copy, a correction or the erasure of your data, please write to{{/en}} <a href="mailto:{{reply_to}}">{{reply_to}}</a>. {{#fr}}Vous pouvez aussi saisir la{{/fr}}{{#en}}You can also complain to the{{/en}} <a href="https://www.cnil.fr/">CNIL</a>.</p>
)html";

const char kConfirmTemplate[] =
    R"html({{#refused}}<p class="problem" role="alert">{{problem}}</p>
{{/refused}}{{#change}}<p class="problem" role="note">{{#cancelled}}{{#fr}}Cette rencontre n'aura pas lieu&nbsp;: {{/fr}}{{#en}}The event is cancelled: {{/en}}{{/cancelled}}{{^cancelled}}{{#fr}}L'invitation a changé&nbsp;: {{/fr}}{{#en}}The invitation has changed: {{/en}}{{/cancelled}}<span lang="fr">{{change}}</span></p>
{{/change}}<div class="event">
<p class="event-title" lang="fr">{{title}}</p>
<p>{{when}}</p>
<p lang="fr">{{venue}}</p>
</div>
{{#taken}}<p class="done" role="status">{{#fr}}{{^waiting}}Votre inscription est enregistrée.{{/waiting}}{{#waiting}}Toutes les places sont prises&nbsp;: vous êtes en liste d'attente.{{/waiting}}{{#asked}} La demande est transmise à l'organisateur, qui attribue les places.{{/asked}} Pour changer, inscrivez-vous de nouveau avec la même adresse.{{/fr}}{{#en}}{{^waiting}}Your registration is saved.{{/waiting}}{{#waiting}}All seats are taken: you are on the waiting list.{{/waiting}}{{#asked}} The request goes to the organiser, who gives the seats.{{/asked}} To change it, register again with the same address.{{/en}}</p>
{{/taken}}{{^taken}}<p>{{#fr}}Inscription de{{/fr}}{{#en}}Registration of{{/en}} <strong>{{name}}</strong>{{#fr}}, pour {{#one}}une personne{{/one}}{{^one}}{{count}} personnes{{/one}}.{{/fr}}{{#en}}, for {{#one}}one person{{/one}}{{^one}}{{count}} persons{{/one}}.{{/en}}</p>
<form method="post" action="?lang={{lang}}">
<p><button type="submit">{{#fr}}Confirmer mon inscription{{/fr}}{{#en}}Confirm my registration{{/en}}</button></p>
</form>
{{/taken}})html";

}  // namespace maillage::web
