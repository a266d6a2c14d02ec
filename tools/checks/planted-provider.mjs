// Plants a provider on a known wire API in an overlay of the sources. The compiler must name the places that
// need it and no other, and be content once they are filled. Then looks for provider names elsewhere, where
// the compiler could not have asked for another.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

const twice = (text) => text + text.replaceAll('openai', 'planted').replaceAll('OPENAI', 'PLANTED');
const listed = (text) => text.replace('const providers = [', "$&'planted', ");

/** Where a new provider is entered, and how the planted one is: as a second OpenAI. */
const places = [
  {
    file: 'packages/contracts/src/providers.ts',
    holds: 'its name in the list, and what more than one service must know of it',
    fill: (text) => listed(text).replace(/\n {2}openai: \{[^]*?\n {2}\},/, twice),
  },
  {
    file: 'apps/gateway/src/providers/traits-of.ts',
    holds: 'its traits, from a file beside it',
    fill: (text) =>
      text.replace(/import \{ openai \}.*\n/, twice).replace(/= \{.*\bopenai\b/, '$&, planted'),
  },
  {
    file: 'apps/sandbox/src/providers/stand-ins.ts',
    holds: 'its stand-in, from a folder beside it',
    fill: (text) => text.replace(/\n {2}openai: .*/, '$&\n  planted: (key) => [openAiApi(key)],'),
  },
  // Data, read by a schema when routing starts.
  { file: 'apps/routing/catalog/catalog.json', holds: 'its models and their prices' },
];
const most = 4;
const typed = places.filter(({ fill }) => fill !== undefined);
const [list] = typed;
const itsTraits = 'apps/gateway/src/providers/planted.ts';

const textOf = (file) => readFileSync(file, 'utf8');
const config = ts.getParsedCommandLineOfConfigFile('tsconfig.json', {}, { ...ts.sys });
const workspaceOf = (file) => relative('.', file).split('/').slice(0, 2).join('/');

/** The contracts, and the workspaces that take anything about providers from them. */
const usesProviders = /provider[^;]*\} from '@modelbridge\/contracts'/i;
const checked = new Set([workspaceOf(list.file)]);
for (const file of config.fileNames) {
  if (usesProviders.test(textOf(file))) checked.add(workspaceOf(file));
}
const rootNames = config.fileNames.filter((file) => checked.has(workspaceOf(file)));

/** What must be complete over the providers names one of them or their list; the rest need not be checked. */
const concerned = /provider|openai|anthropic|selfhosted/i;
const isConcerned = ({ fileName, text }) =>
  checked.has(workspaceOf(fileName)) && concerned.test(text);

/** A package that is installed twice is one to the compiler, by a file that it made and does not take back. */
const ownSource = (file) => file?.redirectInfo?.unredirected ?? file;

/** Compiles with these texts in the place of, or beside, the files on disk; says what is wrong with some. */
function compile(overlay, isChecked, oldProgram) {
  const texts = new Map(Object.entries(overlay).map(([file, text]) => [resolve(file), text]));
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) =>
    (!texts.has(file) && ownSource(oldProgram?.getSourceFile(file))) ||
    getSourceFile(file, ...rest);
  const program = ts.createProgram({ rootNames, options: config.options, host, oldProgram });
  const faults = program
    .getSourceFiles()
    .filter(isChecked)
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
  return { program, faults };
}

function describe({ file, messageText }) {
  const name = relative('.', file?.fileName ?? '');
  return `  ${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

/** Lines of a production source that name a provider, or a variable of one, outside its own places. */
function namesIn(file) {
  const found = [];
  const visit = (node) => {
    const isName = ts.isIdentifier(node) || ts.isStringLiteralLike(node);
    if (isName && names.test(node.text)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`  ${relative('.', file.fileName)}:${line + 1}: ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

const [, entries] = /const providers = \[(.*)\]/.exec(textOf(list.file));
const providers = [...entries.matchAll(/'(.+?)'/g)].map(([, name]) => name);
const names = new RegExp(
  `^(${providers.join('|')}|(SANDBOX_)?(${providers.join('|').toUpperCase()})_.*_(KEY|URL))$`,
);
const itsPlace =
  /^(packages\/contracts|apps\/[^/]+\/src\/providers)\/|\.test\.ts$|\/(testing|tests)\//;
const isServices = /^(apps|tools\/launcher)\//;

const failures = [];
if (places.length > most) failures.push(`A provider touches ${places.length} places, not ${most}.`);

const named = compile({ [list.file]: listed(textOf(list.file)) }, isConcerned);
const asked = [...new Set(named.faults.map(({ file }) => relative('.', file?.fileName ?? '')))];
const missed = typed.filter(({ file }) => !asked.includes(file)).map(({ file }) => `  ${file}`);
const others = named.faults.filter(
  ({ file }) => !typed.some((place) => place.file === relative('.', file?.fileName ?? '')),
);
if (missed.length > 0) failures.push('Not asked for by the compiler:', ...missed);
if (others.length > 0) failures.push('Asked for elsewhere:', ...others.map(describe));

const filled = Object.fromEntries(typed.map(({ file, fill }) => [file, fill(textOf(file))]));
const traits = textOf(itsTraits.replace('planted', 'openai')).replaceAll(
  'const openai',
  'const planted',
);
// Of what the rest imports from these, the type is written out: filling them changes nothing there.
const overlay = { ...filled, [itsTraits]: traits };
const isFilled = ({ fileName }) => relative('.', fileName) in overlay;
const { faults } = compile(overlay, isFilled, named.program);
if (faults.length > 0) failures.push('Wrong with every place filled:', ...faults.map(describe));

const comparison = "if (provider === 'openai') send(config.OPENAI_API_KEY, traits.openai);";
const sample = ts.createSourceFile('sample.ts', comparison, ts.ScriptTarget.Latest);
if (namesIn(sample).length !== 3) failures.push('The search for names of providers is blind.');
const strayNames = named.program
  .getSourceFiles()
  .filter(({ fileName }) => isServices.test(relative('.', fileName)))
  .filter(({ fileName }) => !itsPlace.test(relative('.', fileName)))
  .flatMap(namesIn);
if (strayNames.length > 0) failures.push('A provider is named outside its places:', ...strayNames);

if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`A new provider is entered in ${places.length} places:`);
  for (const { file, holds } of places) console.log(`  ${file}: ${holds}`);
}
