#!/usr/bin/env node
// Derives server/directory/data/territories.tsv from the npm package
// @etalab/decoupage-administratif. See README.md in this folder.
//
//   node tools/territories/derive.mjs [DATA_FOLDER HISTORY_FILE] > server/directory/data/territories.tsv
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const PACKAGE = '@etalab/decoupage-administratif'
const VERSION = '6.0.0' // the geography of 2026, by the table in its README
const VINTAGE = 2026
const HISTORY_VERSION = '0.7.0' // the last one with the history of communes since 1943

const load = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'))

function fetchPackage(version, folder) {
  const tarball = execFileSync('npm', ['pack', '--silent', `${PACKAGE}@${version}`], {cwd: folder})
  const target = join(folder, version)
  execFileSync('mkdir', ['-p', target])
  execFileSync('tar', ['xzf', tarball.toString().trim(), '-C', target], {cwd: folder})
  return join(target, 'package', 'data')
}

function loadAll() {
  const [data, historyFile] = process.argv.slice(2)
  const folder = data && historyFile ? null : mkdtempSync(join(tmpdir(), 'territories-'))
  try {
    const source = data ?? fetchPackage(VERSION, folder)
    const history = historyFile ?? join(fetchPackage(HISTORY_VERSION, folder), 'historique-communes.json')
    const [communes, epci, arrondissements, departements, regions] =
      ['communes', 'epci', 'arrondissements', 'departements', 'regions'].map(n => load(source, `${n}.json`))
    return {communes, epci, arrondissements, departements, regions, history: load(history)}
  } finally {
    if (folder) rmSync(folder, {recursive: true})
  }
}

const plain = name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/œ/g, 'oe').replace(/[^a-z0-9]+/g, ' ')

// Map: present code -> Map("code=name") of what it was or holds, for every name
// that differs from the present one and every code that is no more.
function aliases({communes, history}, current) {
  const presentOf = new Map()
  for (const commune of current.values()) {
    presentOf.set(commune.code, commune.code)
    for (const former of commune.anciensCodes ?? []) presentOf.set(former, commune.code)
  }
  for (const c of communes) if (c.chefLieu && !presentOf.has(c.code)) presentOf.set(c.code, c.chefLieu)
  const seen = new Set()
  const found = new Map()
  const add = (present, code, name) => {
    if (code === present && plain(name) === plain(current.get(present).nom)) return
    const key = `${present} ${code} ${plain(name)}`
    if (seen.has(key)) return
    seen.add(key)
    if (!found.has(present)) found.set(present, [])
    found.get(present).push(`${code}=${name}`)
  }
  for (const c of communes) {
    if (c.type === 'arrondissement-municipal') add(c.commune, c.code, c.nom)
    else if (c.chefLieu) add(presentOf.get(c.code), c.code, c.nom)
  }
  for (const h of history) {
    if (/^COM/.test(h.type) && presentOf.has(h.code)) add(presentOf.get(h.code), h.code, h.nom)
  }
  for (const [former, present] of presentOf) {
    if (former !== present && !(found.get(present) ?? []).some(a => a.startsWith(former + '='))) add(present, former, '')
  }
  for (const list of found.values()) list.sort()
  return found
}

const only = values => (new Set(values).size === 1 ? values[0] ?? '' : '')
const sum = values => values.reduce((a, b) => a + b, 0)

function derive(data) {
  const current = new Map(data.communes.filter(c => c.type === 'commune-actuelle').map(c => [c.code, c]))
  const population = field => code => sum([...current.values()].filter(c => c[field] === code).map(c => c.population ?? 0))
  const epciOf = new Map(data.epci.flatMap(e => e.membres.map(m => [m.code, e.code])))
  const former = aliases(data, current)
  const rows = []
  for (const c of current.values()) {
    rows.push(['C', c.code, c.nom, c.population ?? 0, epciOf.get(c.code) ?? '', c.arrondissement ?? '',
      c.departement, (c.codesPostaux ?? []).join(' '), (former.get(c.code) ?? []).join('|')])
  }
  for (const e of data.epci) {
    const members = e.membres.map(m => current.get(m.code))
    const within = field => only(members.map(m => m[field]))
    rows.push(['E', e.code, e.nom, e.populationMunicipale,
      within('arrondissement'), within('departement'), within('region')])
  }
  for (const a of data.arrondissements) rows.push(['A', a.code, a.nom, population('arrondissement')(a.code), a.departement])
  for (const d of data.departements) rows.push(['D', d.code, d.nom, population('departement')(d.code), d.region])
  for (const r of data.regions) rows.push(['R', r.code, r.nom, population('region')(r.code)])
  const order = 'RDAEC' // what lies above comes first
  const byLevelThenCode = (a, b) => order.indexOf(a[0]) - order.indexOf(b[0]) || (a[1] < b[1] ? -1 : 1)
  return rows.sort(byLevelThenCode)
}

const rows = derive(loadAll())
for (const row of rows) {
  for (const cell of row) if (/[\t\n]/.test(String(cell))) throw new Error(`separator inside a cell: ${row}`)
}
process.stdout.write(`# The official territories of France. Made by tools/territories/derive.mjs; do not edit.
# Source: Code officiel géographique and legal populations (INSEE), list of EPCI (DGCL), postal codes (La Poste),
# through ${PACKAGE} ${VERSION}, names of former communes through ${HISTORY_VERSION}.
# Licence of the data: Licence Ouverte 2.0 (Etalab); of the package's code: MIT.
# vintage ${VINTAGE}
# R code name population
# D code name population region
# A code name population departement
# E siren name population arrondissement departement region (empty where the members lie in several)
# C code name population epci arrondissement departement postal-codes code=former-name|...
`)
process.stdout.write(rows.map(r => r.join('\t')).join('\n') + '\n')
