// The type declarations of potik.js: an example compiles, misuse does not, and what they declare exists.
import {fileURLToPath} from 'node:url';
import ts from 'typescript';
import {expect} from './checks.mjs';
import {openSite} from './potik_page.mjs';

const EXAMPLE = fileURLToPath(new URL('potik_example.ts', import.meta.url));
const DECLARATIONS = fileURLToPath(new URL('../../web/assets/potik.d.ts', import.meta.url));
const OPTIONS = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
};

export async function typesChecks(checks, browser, server) {
  const program = ts.createProgram([EXAMPLE, DECLARATIONS], OPTIONS);
  await checks.check('types: an example of a site compiles, its mistakes do not', () => {
    const found = ts.getPreEmitDiagnostics(program).map(each => {
      const where = each.file ? `${each.file.fileName.split('/').at(-1)}:${each.start} ` : '';
      return where + ts.flattenDiagnosticMessageText(each.messageText, ' ');
    });
    expect(!found.length, found.join('; '));
  });
  await checks.check('types: each class, function and member that is declared exists', async () => {
    const site = await openSite(browser, server);
    const missing = await site.page.evaluate(inModule, {
      module: `${server}/assets/potik.js`,
      declared: declared(program),
    });
    expect(!missing.length, `missing: ${missing.join(', ')}`);
    await site.close();
  });
}

// {connect: null, Potik: [{name, arity}], ...}; arity null: no method.
function declared(program) {
  const checker = program.getTypeChecker();
  const file = checker.getSymbolAtLocation(program.getSourceFile(DECLARATIONS));
  const result = {};
  for (const symbol of checker.getExportsOfModule(file)) {
    const isClass = symbol.flags & ts.SymbolFlags.Class;
    if (!isClass && !(symbol.flags & ts.SymbolFlags.Function) && symbol.name !== 'Watch') continue;
    const members = [...(symbol.members?.values() ?? [])].filter(member => !member.name.startsWith('__'));
    result[symbol.name] = members.map(member => ({
      name: member.name,
      method: (member.flags & ts.SymbolFlags.Method) !== 0,
    }));
  }
  return result;
}

async function inModule({module, declared: names}) {
  const exported = await import(module);
  const watch = window.potik.watch(document.querySelector('#video'), 'clip-1');
  const stream = new exported.Stream('/healthz', {});
  stream.close();
  const made = {Potik: window.potik, Watch: watch, Stream: stream};
  const missing = Object.keys(names).filter(name => name !== 'Watch' && typeof exported[name] !== 'function');
  for (const [name, members] of Object.entries(names))
    for (const member of members) {
      const is = typeof made[name]?.[member.name];
      if (is === 'undefined' || member.method !== (is === 'function')) missing.push(`${name}.${member.name}`);
    }
  return missing;
}
