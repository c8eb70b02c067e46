/**
 * ESLint rule: every resolver and route says who may call it. The guard refuses one that does not when it is called; this finds it before.
 * Fields (`@ResolveField`) are not handlers of their own: they are reached through one, and their use cases check the caller.
 */
const HANDLERS = {
  '@nestjs/graphql': ['Query', 'Mutation', 'Subscription'],
  '@nestjs/common': ['Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All', 'Search', 'Sse'],
};
export const ACCESS_DECORATORS = ['Access', 'Authenticated', 'PersonOnly', 'PersonOrOperator', 'OperatorOnly', 'Public'];
const ACCESS = { '@steelyard/platform-graphql': ACCESS_DECORATORS };

/** @type {import('eslint').Rule.RuleModule} */
export const declaredAccess = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { undeclared: '@{{handler}} {{name}} does not say who may call it: put one of {{choices}} on it or on its class.' },
  },
  create(context) {
    /** What each imported name stands for: `{ from, name }`, without `name` for a whole module. */
    const imported = new Map();
    return {
      ImportDeclaration({ source, specifiers }) {
        for (const specifier of specifiers) imported.set(specifier.local.name, { from: source.value, name: specifier.imported?.name });
      },
      MethodDefinition(node) {
        const handler = find(node.decorators, HANDLERS, imported);
        if (!handler || find(node.decorators, ACCESS, imported) || find(node.parent.parent.decorators, ACCESS, imported)) return;
        const choices = ACCESS_DECORATORS.map((name) => `@${name}`).join(', ');
        context.report({ node: node.key, messageId: 'undeclared', data: { handler, name: context.sourceCode.getText(node.key), choices } });
      },
    };
  },
};

/** The name of the first decorator that is one of `wanted`, by where it comes from and not by what a file calls it. */
function find(decorators, wanted, imported) {
  for (const { expression } of decorators ?? []) {
    const callee = expression.type === 'CallExpression' ? expression.callee : expression;
    const { from, name } = origin(callee, imported);
    if (wanted[from]?.includes(name)) return name;
  }
  return undefined;
}

function origin(callee, imported) {
  if (callee.type === 'Identifier') return imported.get(callee.name) ?? {};
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') return { from: imported.get(callee.object.name)?.from, name: callee.property.name };
  return {};
}
