// A value as YAML that both libraries read alike: this one, and that of `strictgate apply`, which goes by YAML 1.1.
import { Document, Scalar, visit } from 'yaml';

// Line ends in one version of YAML and characters in the other, and what no text should hold as it is.
const DELICATE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
const DELICATE_RAW = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

export function write(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && DELICATE.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return text.replace(DELICATE_RAW, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
