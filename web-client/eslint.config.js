import js from '@eslint/js';
import globals from 'globals';

export default [
  {ignores: ['vendor/']},
  js.configs.recommended,
  {files: ['sdk/**', 'app/**'], languageOptions: {globals: globals.browser}},
];
