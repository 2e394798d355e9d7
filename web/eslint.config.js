import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// What the content security policy of the panel forbids would be found by users only; here it is found before.
const INLINE = [
  { selector: "JSXAttribute[name.name='style']", message: 'No inline styles: the content security policy forbids them. Use a class.' },
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Text becomes elements by JSX only.' },
  { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML)$/]", message: 'Text becomes elements by JSX only.' },
];

export default tseslint.config(
  { ignores: ['dist', 'carried', 'src/api/schema.d.ts', 'eslint.config.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tsconfig.node.json'] } },
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      'no-restricted-syntax': ['error', ...INLINE],
      'no-console': ['error', { allow: ['error'] }],
      eqeqeq: 'error',
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowString: false, allowNumber: false, allowNullableObject: false }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
);
