// Lists the actors of a node over mutual TLS, as an operator: one line each, and
// fails unless there are as many as expected.
import fs from 'node:fs';
import {parseArgs} from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const PAGE_SIZE = 5;  // small, so that a few actors take several pages
const DEADLINE_MS = 20_000;
// A node's certificate carries this name, wherever the node stands.
const CERTIFICATE_HOST = 'maillage';

function readOptions() {
  const text = {type: 'string'};
  const {values} = parseArgs({
    options: {
      address: text, cert: text, key: text, 'node-cert': text, protos: text,
      filter: {type: 'string', default: ''}, expect: text,
    },
  });
  for (const name of ['address', 'cert', 'key', 'node-cert', 'protos']) {
    if (!values[name]) throw new Error(`--${name} is missing`);
  }
  return values;
}

// The node's own certificate is the only root: no authority stands above nodes.
function connect(options) {
  const definition = protoLoader.loadSync('maillage/v1/actor_service.proto', {
    includeDirs: [options.protos], enums: String, longs: Number, defaults: true,
  });
  const {ActorService} = grpc.loadPackageDefinition(definition).maillage.v1;
  const credentials = grpc.credentials.createSsl(
      fs.readFileSync(options['node-cert']), fs.readFileSync(options.key),
      fs.readFileSync(options.cert));
  return new ActorService(options.address, credentials, {
    'grpc.ssl_target_name_override': CERTIFICATE_HOST,
  });
}

function listPage(client, filter, pageToken) {
  const request = {filter, pageSize: PAGE_SIZE, pageToken};
  const deadline = new Date(Date.now() + DEADLINE_MS);
  return new Promise((resolve, reject) => {
    client.listActors(request, {deadline}, (error, page) => error ? reject(error) : resolve(page));
  });
}

async function* listActors(client, filter) {
  let pageToken = '';
  do {
    const page = await listPage(client, filter, pageToken);
    yield* page.actors;
    pageToken = page.nextPageToken;
  } while (pageToken);
}

function display(actor) {
  const person = actor.personName;
  return person ? `${person.given} ${person.family}`.trim() : actor.organisationName;
}

async function main() {
  const options = readOptions();
  const client = connect(options);
  let count = 0;
  for await (const actor of listActors(client, options.filter)) {
    console.log([actor.name, actor.categories[0], display(actor)].join('\t'));
    ++count;
  }
  client.close();
  if (options.expect !== undefined && count !== Number(options.expect)) {
    throw new Error(`${count} actors listed, ${options.expect} expected`);
  }
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
