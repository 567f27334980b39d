// Builds var/static from the sources in this folder: `npm ci && npm run build`.
// COUNCIL_COLOUR and COUNCIL_FONT may be set in the environment; both have defaults.
// Refuses a colour that white text cannot be read on, and GDS Transport, which is not ours to serve.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, NodePackageImporter } from 'sass'

const sources = dirname(fileURLToPath(import.meta.url))
const project = dirname(sources)
const library = join(project, 'node_modules', 'govuk-frontend')
const out = join(project, 'var', 'static')

const colour = process.env.COUNCIL_COLOUR || '#00573f'
const font = process.env.COUNCIL_FONT || '"Helvetica Neue", Helvetica, Arial, sans-serif'

function contrastWithWhite(hex) {
  const [red, green, blue] = hex
    .match(/[0-9a-f]{2}/gi)
    .map((pair) => parseInt(pair, 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

if (!/^#[0-9a-f]{6}$/i.test(colour)) throw new Error('COUNCIL_COLOUR must look like #00573f')
if (contrastWithWhite(colour) < 4.5) throw new Error(`White text cannot be read on ${colour}`)
if (/[;{}]/.test(font)) throw new Error('COUNCIL_FONT must be a list of font names')

// What differs from council to council reaches the stylesheet as a module of two variables.
const council = {
  canonicalize: (url) => (url === 'council:look' ? new URL(url) : null),
  load: () => ({ contents: `$colour: ${colour};\n$font: (${font});\n`, syntax: 'scss' })
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

// `charset: false`: Sass would start the file with a byte order mark, which after the licence line
// makes browsers drop the first rule, the one that holds every custom property.
const { css } = compile(join(sources, 'app.scss'), {
  style: 'compressed',
  charset: false,
  importers: [council, new NodePackageImporter(project)]
})
if (/GDS Transport|@font-face/.test(css)) throw new Error('GDS Transport is left in the stylesheet')

const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'))
writeFileSync(join(out, 'app.css'), `/*! contains govuk-frontend ${version}, MIT licence */\n${css}`)

// The source map is not published, so the line that points to it has to go.
const script = readFileSync(join(library, 'dist', 'govuk', 'govuk-frontend.min.js'), 'utf8')
writeFileSync(
  join(out, 'govuk-frontend.min.js'),
  `/*! govuk-frontend ${version}, MIT licence */\n${script.replace(/\/\/# sourceMappingURL=.*/, '')}`
)
const scripts = ['app', 'js-enabled', 'passkey', 'recent-day', 'session-warning', 'tables']
for (const name of scripts.map((one) => `${one}.js`)) {
  copyFileSync(join(sources, 'js', name), join(out, name))
}

const icon = readFileSync(join(sources, 'favicon.svg'), 'utf8')
writeFileSync(join(out, 'favicon.svg'), icon.replace('#00573f', colour))
console.log('Built var/static')
